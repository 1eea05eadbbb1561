//! From text to tokens: parentheses, the three words in capitals, and atoms
//! (a word, a phrase, or a key with its value).
//!
//! Places are byte offsets. A letter-only beginning before `:` or `=` is a key,
//! known or not; `12:30` and `IMG_1=2` are words. Quote marks count at the
//! beginning of a word or value only, so that `don't` is a word.

use super::error::QueryError;

/// Stands for `/` where a file name cannot hold one.
const DIVISION_SLASH: char = '\u{2215}';

/// How key and value are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Separator {
    Is,
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// A word, a phrase, or a key with its value.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// The key in lower case, with what follows it.
    pub(super) key: Option<(String, Separator)>,
    /// Whether a `=` before the value asks for exactly this.
    pub(super) exact: bool,
    /// Where the value starts.
    pub(super) value_at: usize,
    /// The word, the phrase without its marks, or the value.
    pub(super) value: String,
    /// Whether it stood in quote marks.
    pub(super) quoted: bool,
}

#[derive(Clone, Debug)]
pub(super) enum TokenKind {
    Open,
    Close,
    Or,
    And,
    Not,
    Atom(Atom),
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) kind: TokenKind,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

const fn is_separator(c: char) -> bool {
    matches!(c, ':' | '=' | '<' | '>')
}

/// Whether a text can stand without quote marks, as a word or as a value.
pub(super) fn is_bare(text: &str, as_word: bool) -> bool {
    let plain = |c: char| !c.is_whitespace() && c != '(' && c != ')';
    let first = text.chars().next();
    let opens = first.is_none_or(|c| matches!(c, '"' | '\'') || is_separator(c));
    if opens || !text.chars().all(plain) {
        return false;
    }
    let keyword = matches!(text, "OR" | "AND" | "NOT");
    !as_word || !(keyword || first == Some('-') || text.contains(is_separator))
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take_if(&mut self, wanted: impl FnOnce(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|c| wanted(*c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn next(&mut self) -> Result<Option<Token>, QueryError> {
        while self.take_if(char::is_whitespace).is_some() {}
        let at = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        let kind = match first {
            '(' => {
                self.at += 1;
                TokenKind::Open
            }
            ')' => {
                self.at += 1;
                TokenKind::Close
            }
            '-' => {
                self.at += 1;
                if self.peek().is_none_or(|c| c.is_whitespace() || c == ')') {
                    return Err(QueryError::unexpected(
                        at,
                        "-",
                        "a term right after `-`, such as -beach",
                    ));
                }
                TokenKind::Not
            }
            _ => self.atom()?,
        };
        Ok(Some(Token {
            at,
            end: self.at,
            kind,
        }))
    }

    fn atom(&mut self) -> Result<TokenKind, QueryError> {
        let at = self.at;
        let mut atom = Atom {
            key: None,
            exact: false,
            value_at: at,
            value: String::new(),
            quoted: false,
        };
        if let Some(phrase) = self.phrase()? {
            (atom.value, atom.quoted) = (phrase, true);
            return Ok(TokenKind::Atom(atom));
        }
        let keylike = self.rest().find(|c: char| !c.is_ascii_alphabetic());
        let key = keylike
            .and_then(|length| self.rest().get(..length))
            .unwrap_or_default();
        let followed = self.rest().get(key.len()..).and_then(|rest| rest.chars().next());
        if !key.is_empty() && followed.is_some_and(is_separator) {
            let key = key.to_ascii_lowercase();
            self.at += key.len();
            let separator = self.separator();
            atom.key = Some((key, separator));
            atom.exact = separator == Separator::Is && self.take_if(|c| c == '=').is_some();
            atom.value_at = self.at;
            match self.phrase()? {
                Some(phrase) => (atom.value, atom.quoted) = (phrase, true),
                None => atom.value = self.bare(),
            }
            return Ok(TokenKind::Atom(atom));
        }
        atom.value = self.bare();
        Ok(match atom.value.as_str() {
            "OR" => TokenKind::Or,
            "AND" => TokenKind::And,
            "NOT" => TokenKind::Not,
            _ => TokenKind::Atom(atom),
        })
    }

    fn separator(&mut self) -> Separator {
        let first = self.take_if(is_separator);
        let orequal = matches!(first, Some('<' | '>')) && self.take_if(|c| c == '=').is_some();
        match (first, orequal) {
            (Some('>'), true) => Separator::AtLeast,
            (Some('>'), false) => Separator::Above,
            (Some('<'), true) => Separator::AtMost,
            (Some('<'), false) => Separator::Below,
            _ => Separator::Is,
        }
    }

    fn bare(&mut self) -> String {
        let mut value = String::new();
        while let Some(c) = self.take_if(|c| !c.is_whitespace() && c != '(' && c != ')') {
            value.push(slash(c));
        }
        value
    }

    /// A text in quote marks, if one begins here.
    fn phrase(&mut self) -> Result<Option<String>, QueryError> {
        let at = self.at;
        let Some(mark) = self.take_if(|c| matches!(c, '"' | '\'')) else {
            return Ok(None);
        };
        let mut phrase = String::new();
        loop {
            match self.take_if(|_| true) {
                None => {
                    let found = self.text.get(at..).unwrap_or_default();
                    return Err(QueryError::unexpected(
                        at,
                        found,
                        format!("a closing {mark} for this one"),
                    ));
                }
                Some(c) if c != mark => phrase.push(slash(c)),
                Some(_) if self.take_if(|c| c == mark).is_some() => phrase.push(mark),
                Some(_) => break,
            }
        }
        match self.peek() {
            Some(c) if !c.is_whitespace() && c != ')' && c != '(' => Err(QueryError::unexpected(
                self.at,
                self.rest().split(char::is_whitespace).next().unwrap_or_default(),
                "a blank after the closing quote mark",
            )),
            _ => Ok(Some(phrase)),
        }
    }
}

const fn slash(c: char) -> char {
    if c == DIVISION_SLASH { '/' } else { c }
}
