//! From tokens to nodes: precedence, and what each key takes.
//!
//! Keys of contexts that do not exist yet are known by name, so that the answer
//! to them is a plain "not yet" with what there is, and never an empty list.

use super::ast::{DateEnd, DateOf, DateSpan, Has, Is, Node, NumberKey, Term, Text, TextKey};
use super::error::QueryError;
use super::lex::{Atom, Separator, Token, TokenKind, tokens};
use super::value::{self, Wrong};
use crate::catalog::MediaKind;
use crate::organization::{AlbumPath, CollectionName, PersonName, TagPath};

/// Parentheses within each other.
const MAX_DEPTH: usize = 64;
/// Bytes of a query.
const MAX_LENGTH: usize = 65_536;

/// The keys, in the order they are listed to a person.
const KEYS: &str = "tag, album, person, collection, name, title, description, path, ext, label, library, camera, lens, \
date, before, after, added, rating, iso, f, focal, width, height, size, duration, near, type, is, has";

/// Keys of the contract whose contexts do not exist yet.
const KEYS_TO_COME: [&str; 2] = ["owner", "batch"];
const TYPES_TO_COME: [&str; 1] = ["live"];
const HAS_TO_COME: [&str; 0] = [];

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Node, QueryError> {
    if text.len() > MAX_LENGTH {
        return Err(QueryError::TooLong {
            length: text.len(),
            limit: MAX_LENGTH,
        });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        text,
        tokens: &tokens,
        depth: 0,
    };
    if tokens.is_empty() {
        return Ok(Node::and(Vec::new()));
    }
    let node = parser.any()?;
    match parser.tokens.first() {
        None => Ok(node),
        Some(_) => Err(parser.unexpected("a term or the end: no parenthesis is open here")),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// What is left.
    tokens: &'a [Token],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn peek(&self) -> Option<&'a TokenKind> {
        self.tokens.first().map(|token| &token.kind)
    }

    fn unexpected(&self, expected: &str) -> QueryError {
        match self.tokens.first() {
            Some(token) => {
                let found = self.text.get(token.at..token.end).unwrap_or_default();
                QueryError::unexpected(token.at, found, expected)
            }
            None => QueryError::unexpected(self.text.len(), "", expected),
        }
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all()?];
        while matches!(self.peek(), Some(TokenKind::Or)) {
            self.next();
            nodes.push(self.all()?);
        }
        Ok(Node::or(nodes))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.not()?];
        loop {
            match self.peek() {
                None | Some(TokenKind::Or | TokenKind::Close) => return Ok(Node::and(nodes)),
                Some(TokenKind::And) => {
                    self.next();
                }
                Some(TokenKind::Open | TokenKind::Not | TokenKind::Atom(_)) => {}
            }
            nodes.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        let mut negated = false;
        while matches!(self.peek(), Some(TokenKind::Not)) {
            self.next();
            negated = !negated;
        }
        let node = match self.peek() {
            Some(TokenKind::Open) => self.group()?,
            Some(TokenKind::Atom(atom)) => {
                let at = self.next().map_or(0, |token| token.at);
                Node::Term(term(atom, at)?)
            }
            None | Some(TokenKind::Close | TokenKind::Or | TokenKind::And | TokenKind::Not) => {
                return Err(self.unexpected("a term such as beach, tag:travel or date:2024"));
            }
        };
        Ok(if negated { node.negated() } else { node })
    }

    fn group(&mut self) -> Result<Node, QueryError> {
        let at = self.next().map_or(0, |token| token.at);
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::TooDeep { at, limit: MAX_DEPTH });
        }
        let node = self.any()?;
        if !matches!(self.peek(), Some(TokenKind::Close)) {
            return Err(self.unexpected("a closing parenthesis"));
        }
        self.next();
        self.depth -= 1;
        Ok(node)
    }
}

fn term(atom: &Atom, at: usize) -> Result<Term, QueryError> {
    let Some((key, separator)) = &atom.key else {
        if atom.value.trim().is_empty() {
            let expected = "a word between the quote marks";
            return Err(QueryError::unexpected(at, "\"\"", expected));
        }
        return Ok(Term::Word(Text::new(&atom.value)));
    };
    let reader = Reader {
        atom,
        at,
        key,
        separator: *separator,
    };
    if let Some(key) = NumberKey::parse(key) {
        let span = value::numbers(key, *separator, &atom.value).map_err(|wrong| reader.wrong(wrong))?;
        return Ok(Term::Number(key, span));
    }
    if let Some(of) = DateOf::parse(key) {
        let span = value::dates(of, *separator, &atom.value).map_err(|wrong| reader.wrong(wrong))?;
        return Ok(Term::Date(of, span));
    }
    if *separator != Separator::Is {
        return reader.not_compared();
    }
    if let Some(key) = TextKey::parse(key) {
        return reader.text(key);
    }
    match key.as_str() {
        "tag" => {
            let expected = "a tag such as travel/italy";
            let path = TagPath::parse(&atom.value).map_err(|_| reader.wrong((0, expected)))?;
            let exact = atom.exact;
            Ok(Term::Tag { path, exact })
        }
        "album" => {
            let expected = "an album such as Rome or Italy/Rome";
            let path = AlbumPath::parse(&atom.value).map_err(|_| reader.wrong((0, expected)))?;
            let exact = atom.exact;
            Ok(Term::Album { path, exact })
        }
        "person" => {
            let expected = "a person such as Anna or \"Anna Meier\"";
            PersonName::parse(&atom.value).map_err(|_| reader.wrong((0, expected)))?;
            let (text, exact) = (Text::new(&atom.value), atom.exact);
            Ok(Term::Person { text, exact })
        }
        "collection" => {
            let expected = "a collection such as best";
            let name = CollectionName::parse(&atom.value).map_err(|_| reader.wrong((0, expected)))?;
            Ok(Term::Collection(name.as_str().into()))
        }
        "before" => {
            let to = Some(DateEnd::Without(reader.date()?));
            Ok(Term::Date(DateOf::Taken, DateSpan { from: None, to }))
        }
        "after" => {
            let from = Some(DateEnd::Without(reader.date()?));
            Ok(Term::Date(DateOf::Taken, DateSpan { from, to: None }))
        }
        "near" => value::near(&atom.value)
            .map(Term::Near)
            .map_err(|wrong| reader.wrong(wrong)),
        "type" => {
            let kinds = [MediaKind::Photo, MediaKind::Video, MediaKind::Raw].map(MediaKind::as_str);
            reader
                .word(MediaKind::parse, &kinds, &TYPES_TO_COME)
                .map(Term::Type)
        }
        "is" => {
            let words: Vec<&str> = Is::ALL.iter().map(|word| word.as_str()).collect();
            reader.word(Is::parse, &words, &[]).map(Term::Is)
        }
        "has" => {
            let words: Vec<&str> = Has::ALL.iter().map(|word| word.as_str()).collect();
            reader.word(Has::parse, &words, &HAS_TO_COME).map(Term::Has)
        }
        _ => reader.no_key(),
    }
}

/// An atom with a key, and the ways to read its value.
struct Reader<'a> {
    atom: &'a Atom,
    at: usize,
    key: &'a str,
    separator: Separator,
}

impl Reader<'_> {
    fn wrong(&self, (at, expected): Wrong) -> QueryError {
        let value = self.atom.value.as_str();
        let quoted = usize::from(self.atom.quoted);
        let found = value.get(at..).unwrap_or(value);
        QueryError::unexpected(self.atom.value_at + quoted + at, found, expected)
    }

    fn date(&self) -> Result<crate::kernel::DateKey, QueryError> {
        let expected = "a date such as 2024, 2024-06 or 2024-06-15";
        value::date_key(&self.atom.value).ok_or_else(|| self.wrong((0, expected)))
    }

    fn text(&self, key: TextKey) -> Result<Term, QueryError> {
        let given = match key {
            TextKey::Ext => self.atom.value.strip_prefix('.').unwrap_or(&self.atom.value),
            TextKey::Name
            | TextKey::Title
            | TextKey::Description
            | TextKey::Camera
            | TextKey::Lens
            | TextKey::Path
            | TextKey::Label
            | TextKey::Library => &self.atom.value,
        };
        if given.trim().is_empty() {
            let expected = match key {
                TextKey::Name => "a part of a file's name such as IMG_1",
                TextKey::Title | TextKey::Description => "a word or a \"phrase\" of it",
                TextKey::Camera => "a part of a camera's name such as canon",
                TextKey::Lens => "a part of a lens's name such as 50mm",
                TextKey::Path => "a part of a path such as 2024/rome",
                TextKey::Ext => "a file extension such as jpg",
                TextKey::Label => "a colour label such as red",
                TextKey::Library => "the name of a library",
            };
            return Err(self.wrong((0, expected)));
        }
        let text = Text::new(given);
        // These are always compared whole: `=` says nothing new.
        let whole = matches!(key, TextKey::Ext | TextKey::Label | TextKey::Library);
        let exact = self.atom.exact && !whole;
        Ok(Term::Text { key, exact, text })
    }

    fn word<T>(
        &self,
        parse: impl FnOnce(&str) -> Option<T>,
        known: &[&str],
        to_come: &[&str],
    ) -> Result<T, QueryError> {
        let value = self.atom.value.to_ascii_lowercase();
        if let Some(word) = parse(&value) {
            return Ok(word);
        }
        if to_come.contains(&value.as_str()) {
            return Err(QueryError::NotYet {
                at: self.at,
                what: format!("{}:{value}", self.key).into(),
                known: known.join(", ").into(),
            });
        }
        let at = self.atom.value_at + usize::from(self.atom.quoted);
        Err(QueryError::unexpected(
            at,
            &self.atom.value,
            format!("one of {}", known.join(", ")),
        ))
    }

    fn not_compared(&self) -> Result<Term, QueryError> {
        if TextKey::parse(self.key).is_none()
            && ![
                "tag",
                "album",
                "person",
                "collection",
                "before",
                "after",
                "near",
                "type",
                "is",
                "has",
            ]
            .contains(&self.key)
        {
            return self.no_key();
        }
        let sign = match self.separator {
            Separator::Is => ":",
            Separator::AtLeast => ">=",
            Separator::Above => ">",
            Separator::AtMost => "<=",
            Separator::Below => "<",
        };
        let at = self.at + self.key.len();
        Err(QueryError::unexpected(
            at,
            sign,
            format!("`:` after {}", self.key),
        ))
    }

    fn no_key(&self) -> Result<Term, QueryError> {
        if KEYS_TO_COME.contains(&self.key) {
            return Err(QueryError::NotYet {
                at: self.at,
                what: format!("{}:", self.key).into(),
                known: KEYS.into(),
            });
        }
        Err(QueryError::unexpected(
            self.at,
            self.key,
            format!("one of the keys {KEYS} (or quote marks round a text with a colon)"),
        ))
    }
}
