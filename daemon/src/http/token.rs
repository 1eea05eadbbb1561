//! The bearer token: who has it is user 1.
//!
//! `STATE/tokens/http`, mode 0600 in a folder of mode 0700: one line, 256 random
//! bits of the kernel as base64url (RFC 4648), made at the first start and kept.
//! Whoever may read the state may act as its owner anyway; nobody else gets it.
//! Tokens are compared by their BLAKE3 hashes, whose comparison takes the same time
//! whatever is equal, so that no answer tells how much of a guess was right.
//!
//! Refused: a file that others may read, and one that holds no such token.

use data_encoding::BASE64URL_NOPAD;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Bytes of a token.
const LENGTH: usize = 32;

/// The token, as its hash.
#[derive(Debug, Clone)]
pub struct Token(blake3::Hash);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file system refuses.
    #[error("the token in {} cannot be kept: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read it.
    #[error("the token in {} can be read by others: remove the file, and a new one is made at the next start", path.display())]
    Open {
        /// Where.
        path: PathBuf,
    },
    /// It is no token.
    #[error("{} holds no token: remove the file, and a new one is made at the next start", path.display())]
    Wrong {
        /// Where.
        path: PathBuf,
    },
}

impl Token {
    /// The token of this state folder; made if there is none.
    ///
    /// # Errors
    /// [`TokenError`]
    pub fn open(state_dir: &Path) -> Result<Self, TokenError> {
        let folder = state_dir.join("tokens");
        let path = folder.join("http");
        let failed = |source| TokenError::Io {
            path: path.clone(),
            source,
        };
        match fs::metadata(&path) {
            Ok(found) if found.permissions().mode() & 0o077 != 0 => return Err(TokenError::Open { path }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&folder, &path).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        let text = text.trim_end();
        let is_token = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .is_ok_and(|bytes| bytes.len() == LENGTH);
        if !is_token {
            return Err(TokenError::Wrong { path });
        }
        Ok(Self::new(text))
    }

    /// The token of this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(blake3::hash(text.as_bytes()))
    }

    /// Whether this text is the token; takes the same time whatever it is.
    #[must_use]
    pub fn is(&self, text: &[u8]) -> bool {
        // `blake3::Hash` compares in constant time.
        blake3::hash(text) == self.0
    }
}

/// Makes a token, wholly there or not at all.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let new = folder.join("http.new");
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    writeln!(file, "{}", BASE64URL_NOPAD.encode(&bytes))?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_for_its_owner_alone() {
        let state = tempfile::tempdir().unwrap();
        let token = Token::open(state.path()).unwrap();
        let path = state.path().join("tokens/http");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.trim().len(), 43, "256 bits");
        assert!(
            token.is(text.trim().as_bytes()) && Token::open(state.path()).unwrap().is(text.trim().as_bytes())
        );
        for wrong in ["", "x", &text] {
            assert!(!token.is(wrong.as_bytes()), "{wrong:?}");
        }
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let other = tempfile::tempdir().unwrap();
        Token::open(other.path()).unwrap();
        assert_ne!(
            fs::read_to_string(other.path().join("tokens/http")).unwrap(),
            text
        );
    }

    #[test]
    fn a_token_that_others_may_read_or_that_is_none_is_refused() {
        let state = tempfile::tempdir().unwrap();
        Token::open(state.path()).unwrap();
        let path = state.path().join("tokens/http");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Token::open(state.path()), Err(TokenError::Open { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "").unwrap();
        assert!(matches!(Token::open(state.path()), Err(TokenError::Wrong { .. })));
    }
}
