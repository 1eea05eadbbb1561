//! How domain types, which know nothing of JSON, are put into it: [`Wire`], and the attribute `#[serde(with = "wire")]` that asks for it.
//!
//! Structs and enums have a mirror that serde derives (`remote`): it does not compile when the domain's type has changed. The trait
//! carries the mirrors into lists and options, which `remote` alone cannot.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// What has a form in the journal.
pub(super) trait Wire: Sized {
    /// Writes it.
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;
    /// Reads it.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// For `#[serde(with = "wire")]`.
pub(super) fn serialize<T: Wire, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.write(to)
}

/// For `#[serde(with = "wire")]`.
pub(super) fn deserialize<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read(from)
}

/// Serde's view of what is lent.
struct Lent<'a, T>(&'a T);

impl<T: Wire> Serialize for Lent<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.write(to)
    }
}

/// Serde's view of what is read.
struct Owned<T>(T);

impl<'de, T: Wire> Deserialize<'de> for Owned<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read(from).map(Self)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(Lent))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let items = Vec::<Owned<T>>::deserialize(from)?;
        Ok(items.into_iter().map(|item| item.0).collect())
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Lent).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Option::<Owned<T>>::deserialize(from)?;
        Ok(value.map(|value| value.0))
    }
}

/// A list of two.
impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (Lent(&self.0), Lent(&self.1)).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (Owned(a), Owned(b)) = Deserialize::deserialize(from)?;
        Ok((a, b))
    }
}

/// What serde knows by itself.
macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.serialize(to)
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(from)
            }
        }
    )*};
}

plain!(u32, bool, Box<str>);

/// Types with a mirror.
macro_rules! mirrored {
    ($($type:ty: $mirror:ty),* $(,)?) => {$(
        impl $crate::journal::record::wire::Wire for $type {
            fn write<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                <$mirror>::serialize(self, to)
            }

            fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <$mirror>::deserialize(from)
            }
        }
    )*};
}

/// Types that are a text: how to make it, how to read it (`None`: it is none), and what it should have been.
macro_rules! textual {
    ($($type:ty: $to_text:expr, $parse:expr, $expect:literal);* $(;)?) => {$(
        impl $crate::journal::record::wire::Wire for $type {
            fn write<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let to_text: fn(&$type) -> _ = $to_text;
                to.serialize_str(to_text(self).as_ref())
            }

            fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text: std::borrow::Cow<'de, str> = serde::Deserialize::deserialize(from)?;
                let parse: fn(&str) -> Option<$type> = $parse;
                parse(&text).ok_or_else(|| {
                    serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &$expect)
                })
            }
        }
    )*};
}

pub(super) use {mirrored, textual};
