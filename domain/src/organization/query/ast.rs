//! What a query is made of, and its canonical text.
//!
//! Nodes are kept in one normal form by their constructors ([`Node::and`],
//! [`Node::or`], [`Node::negated`]): no node of one kind directly within
//! another of it, no double negation, no group of one. So two texts that say
//! the same in other parentheses are the same query.

use super::lex;
use crate::catalog::MediaKind;
use crate::kernel::{DateKey, name};
use crate::organization::{AlbumPath, TagPath};
use std::fmt;

/// A query or a part of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Node {
    /// All of these; none: everything.
    And(Vec<Node>),
    /// Any of these, two at least.
    Or(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

/// A question to one photo.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Term {
    Word(Text),
    Text { key: TextKey, exact: bool, text: Text },
    Tag { path: TagPath, exact: bool },
    Album { path: AlbumPath, exact: bool },
    Person { text: Text, exact: bool },
    Collection(Box<str>),
    Date(DateOf, DateSpan),
    Number(NumberKey, NumberSpan),
    Near(Near),
    Type(MediaKind),
    Is(Is),
    Has(Has),
}

/// A text as given, and as it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Text {
    pub(super) given: Box<str>,
    pub(super) folded: Box<str>,
}

impl Text {
    pub(super) fn new(given: &str) -> Self {
        Self {
            given: given.into(),
            folded: name::fold(given).into(),
        }
    }
}

/// Declares an enum of words that stand in queries.
macro_rules! words {
    ($name:ident: $($variant:ident $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum $name { $($variant),* }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            pub(super) fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    };
}

words!(TextKey: Name "name", Title "title", Description "description", Camera "camera", Lens "lens",
    Path "path", Ext "ext", Label "label", Library "library");
words!(NumberKey: Rating "rating", Iso "iso", Aperture "f", Focal "focal", Width "width",
    Height "height", Size "size", Duration "duration");
words!(DateOf: Taken "date", Added "added");
words!(Is: Favorite "favorite", Hidden "hidden", Missing "missing", Offline "offline",
    Unreadable "unreadable", Stacked "stacked", Duplicate "duplicate", Edited "edited", Undated "undated", Shared "shared");
words!(Has: Location "location", Faces "faces", Tags "tags", Title "title", Description "description",
    Rating "rating", Label "label", Sidecar "sidecar");

/// The days from one to another; at least one end is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DateSpan {
    pub(super) from: Option<DateEnd>,
    pub(super) to: Option<DateEnd>,
}

/// An end of a span of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DateEnd {
    /// This year, month or day is in it.
    With(DateKey),
    /// This year, month or day is just not in it.
    Without(DateKey),
}

impl DateSpan {
    /// The packed numbers of the first and last day in it.
    pub(super) fn numbers(&self) -> (u32, u32) {
        let from = match self.from {
            None => 0,
            Some(DateEnd::With(key)) => key.number(),
            Some(DateEnd::Without(key)) => key.range().end().number().saturating_add(1),
        };
        let to = match self.to {
            None => u32::MAX,
            Some(DateEnd::With(key)) => key.range().end().number(),
            Some(DateEnd::Without(key)) => key.number().saturating_sub(1),
        };
        (from, to)
    }

    /// Whether all days that this date may be are in it.
    pub(super) fn holds(&self, key: DateKey) -> bool {
        let (from, to) = self.numbers();
        from <= key.number() && key.range().end().number() <= to
    }
}

/// The numbers from one to another, both included; at least one end is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NumberSpan {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
}

impl NumberSpan {
    pub(super) fn holds(&self, number: i64) -> bool {
        self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to)
    }
}

/// A circle on the globe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Near {
    pub(super) lat_e7: i32,
    pub(super) lon_e7: i32,
    pub(super) metres: u32,
}

impl Node {
    /// All of these.
    pub(super) fn and(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::And(inner) => flat.extend(inner),
                other @ (Self::Or(_) | Self::Not(_) | Self::Term(_)) => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ => Self::And(flat),
        }
    }

    /// Any of these; not for an empty list.
    pub(super) fn or(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::Or(inner) => flat.extend(inner),
                other @ (Self::And(_) | Self::Not(_) | Self::Term(_)) => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ => Self::Or(flat),
        }
    }

    /// What this does not find.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other @ (Self::And(_) | Self::Or(_) | Self::Term(_)) => Self::Not(Box::new(other)),
        }
    }

    /// Whether a term of it is one of these.
    pub(super) fn has(&self, wanted: fn(&Term) -> bool) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(|node| node.has(wanted)),
            Self::Not(node) => node.has(wanted),
            Self::Term(term) => wanted(term),
        }
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(self, Self::And(nodes) if nodes.is_empty())
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, nodes: &[Self], between: &str| {
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 {
                    f.write_str(between)?;
                }
                match node {
                    Self::Or(_) => write!(f, "({node})")?,
                    Self::And(_) | Self::Not(_) | Self::Term(_) => write!(f, "{node}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::And(nodes) => joined(f, nodes, " "),
            Self::Or(nodes) => joined(f, nodes, " OR "),
            Self::Not(node) => match &**node {
                Self::Term(term) => write!(f, "-{term}"),
                Self::And(_) | Self::Or(_) | Self::Not(_) => write!(f, "-({node})"),
            },
            Self::Term(term) => term.fmt(f),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equals = |exact: &bool| if *exact { "=" } else { "" };
        match self {
            Self::Word(text) => write!(f, "{}", Quoted(&text.given, true)),
            Self::Text { key, exact, text } => {
                let text = Quoted(&text.given, false);
                write!(f, "{}:{}{text}", key.as_str(), equals(exact))
            }
            Self::Tag { path, exact } => {
                write!(f, "tag:{}{}", equals(exact), Quoted(&path.to_string(), false))
            }
            Self::Album { path, exact } => {
                write!(f, "album:{}{}", equals(exact), Quoted(&path.to_string(), false))
            }
            Self::Person { text, exact } => {
                write!(f, "person:{}{}", equals(exact), Quoted(&text.given, false))
            }
            Self::Collection(name) => write!(f, "collection:{}", Quoted(name, false)),
            Self::Date(of, span) => show_dates(f, *of, span),
            Self::Number(key, span) => {
                let shown = |number| super::value::amount(*key, number);
                write!(f, "{}:", key.as_str())?;
                match (span.from, span.to) {
                    (Some(from), Some(to)) if from == to => f.write_str(&shown(from)),
                    (Some(from), None) => write!(f, "{}+", shown(from)),
                    (from, to) => {
                        let [from, to] = [from, to].map(|end| end.map(shown).unwrap_or_default());
                        write!(f, "{from}..{to}")
                    }
                }
            }
            Self::Near(near) => {
                let [lat, lon] = [near.lat_e7, near.lon_e7].map(|e7| f64::from(e7) / 1e7);
                write!(f, "near:{lat},{lon},{}m", near.metres)
            }
            Self::Type(kind) => write!(f, "type:{}", kind.as_str()),
            Self::Is(is) => write!(f, "is:{}", is.as_str()),
            Self::Has(has) => write!(f, "has:{}", has.as_str()),
        }
    }
}

/// `date:2024`, `date:2024..2025`, `before:2024`; what has one open end only
/// where it is one term, else two ends of one kind.
fn show_dates(f: &mut fmt::Formatter<'_>, of: DateOf, span: &DateSpan) -> fmt::Result {
    let key = of.as_str();
    match (span.from, span.to) {
        (Some(DateEnd::With(from)), Some(DateEnd::With(to))) if from == to => write!(f, "{key}:{from}"),
        (Some(DateEnd::Without(from)), _) => match of {
            DateOf::Taken => write!(f, "after:{from}"),
            DateOf::Added => write!(f, "{key}>{from}"),
        },
        (_, Some(DateEnd::Without(to))) => match of {
            DateOf::Taken => write!(f, "before:{to}"),
            DateOf::Added => write!(f, "{key}<{to}"),
        },
        (from, to) => {
            let shown = |end: Option<DateEnd>| match end {
                Some(DateEnd::With(key) | DateEnd::Without(key)) => key.to_string(),
                None => String::new(),
            };
            write!(f, "{key}:{}..{}", shown(from), shown(to))
        }
    }
}

/// A text with quote marks where it needs them; `true`: as a word, not a value.
struct Quoted<'a>(&'a str, bool);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if lex::is_bare(self.0, self.1) {
            f.write_str(self.0)
        } else {
            write!(f, "\"{}\"", self.0.replace('"', "\"\""))
        }
    }
}
