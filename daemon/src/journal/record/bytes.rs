//! Names and paths of originals, which are bytes: a string where they are UTF-8 (nearly always), else `{"b64":"…"}`.
//!
//! Reading is as strict as writing: base 64 of what is UTF-8 is refused, so that a name has one form.

use super::wire::Wire;
use data_encoding::BASE64;
use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum BytesRecord {
    Text(String),
    Base64(Base64Record),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base64Record {
    b64: String,
}

impl Wire for Box<[u8]> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(self) {
            Ok(text) => to.serialize_str(text),
            Err(_) => Base64Record {
                b64: BASE64.encode(self),
            }
            .serialize(to),
        }
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let record = BytesRecord::deserialize(from)
            .map_err(|_| D::Error::custom("a name is neither a string nor an object with `b64`"))?;
        match record {
            BytesRecord::Text(text) => Ok(text.into_bytes().into()),
            BytesRecord::Base64(Base64Record { b64 }) => {
                let bytes = BASE64.decode(b64.as_bytes()).map_err(D::Error::custom)?;
                if std::str::from_utf8(&bytes).is_ok() {
                    return Err(D::Error::custom("a name that is UTF-8 is given in base 64"));
                }
                Ok(bytes.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(transparent)]
    struct Name(#[serde(with = "wire")] Box<[u8]>);

    #[test]
    fn a_name_has_one_form() {
        let check = |bytes: &[u8], json: &str| {
            assert_eq!(serde_json::to_string(&Name(bytes.into())).unwrap(), json);
            assert_eq!(serde_json::from_str::<Name>(json).unwrap(), Name(bytes.into()));
        };
        check(b"", r#""""#);
        check("é \"\n".as_bytes(), r#""é \"\n""#);
        check(b"\xff", r#"{"b64":"/w=="}"#);
        for json in [
            r#"{"b64":"YQ=="}"#,
            r#"{"b64":"!"}"#,
            r#"{"b64":"/w==","x":1}"#,
            "3",
        ] {
            assert!(serde_json::from_str::<Name>(json).is_err(), "{json}");
        }
    }
}
