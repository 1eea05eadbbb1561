//! The identity of content: BLAKE3 over a whole file.

use std::fmt;

/// A BLAKE3 hash of a file's bytes; shown as `blake3:` and 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum([u8; 32]);

/// A text that is no checksum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no checksum: expected `blake3:` and 64 hex digits")]
pub struct ChecksumError {
    /// What was given.
    pub text: String,
}

impl Checksum {
    /// The checksum of these raw bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads `blake3:HEX`, or the hex alone.
    ///
    /// # Errors
    /// [`ChecksumError`] if the text has another form.
    pub fn parse(text: &str) -> Result<Self, ChecksumError> {
        let hex = text.strip_prefix("blake3:").unwrap_or(text);
        blake3::Hash::from_hex(hex)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| ChecksumError {
                text: text.to_owned(),
            })
    }

    /// The 64 hex digits.
    #[must_use]
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", self.hex())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_reads_back_what_it_shows() {
        let sum = Checksum::new(*blake3::hash(b"photo").as_bytes());
        assert_eq!(Checksum::parse(&sum.to_string()), Ok(sum));
        assert!(Checksum::parse("blake3:12").is_err());
    }
}
