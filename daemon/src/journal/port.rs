//! The domain's port on the file layer: entries in, entries out.
//!
//! A type of its own, since the file layer speaks bytes and numbers, the port entries and revisions.

use super::record::{self, RecordError};
use super::{Journal, JournalError, Options, Recovery};
use kphotos_domain::event::Entry;
use kphotos_domain::kernel::port;
use kphotos_domain::kernel::{ErrorCode, PortError, Revision};
use std::path::Path;

/// The journal as the domain asks for it.
#[derive(Debug)]
pub struct FileJournal {
    lines: Journal,
}

impl FileJournal {
    /// Opens the journal in `dir`; see [`Journal::open`].
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Recovery), JournalError> {
        let (lines, recovery) = Journal::open(dir, options)?;
        Ok((Self { lines }, recovery))
    }

    /// The file layer, for whoever wants the lines as they are.
    #[must_use]
    pub const fn lines(&self) -> &Journal {
        &self.lines
    }
}

impl port::Journal for FileJournal {
    fn append(&self, entry: &Entry) -> Result<Revision, PortError> {
        let payload = record::encode(entry)?;
        Ok(Revision::new(self.lines.append(&payload)?))
    }

    fn sync(&self, revision: Revision) -> Result<(), PortError> {
        Ok(self.lines.sync(revision.number())?)
    }

    fn last(&self) -> Revision {
        Revision::new(self.lines.last())
    }

    fn durable(&self) -> Revision {
        Revision::new(self.lines.durable())
    }

    fn replay(
        &self,
        after: Revision,
        each: &mut dyn FnMut(Revision, Entry) -> bool,
    ) -> Result<(), PortError> {
        for line in self.lines.replay(after.number()) {
            let line = line?;
            let entry = record::decode(line.revision, &line.payload)?;
            if !each(Revision::new(line.revision), entry) {
                break;
            }
        }
        Ok(())
    }
}

impl From<JournalError> for PortError {
    fn from(error: JournalError) -> Self {
        let code = match &error {
            JournalError::AlreadyLocked { .. } => ErrorCode::Busy,
            JournalError::Corrupt { .. } => ErrorCode::Corrupt,
            JournalError::NoSpace { .. } | JournalError::Poisoned { .. } | JournalError::Io { .. } => {
                ErrorCode::Unavailable
            }
            JournalError::Payload { .. } | JournalError::NotWritten { .. } => ErrorCode::Internal,
            JournalError::TooLarge { .. } => ErrorCode::Invalid,
        };
        Self::new(code, error.to_string())
    }
}

impl From<RecordError> for PortError {
    fn from(error: RecordError) -> Self {
        let code = match &error {
            RecordError::Unwritable { .. } => ErrorCode::Internal,
            RecordError::Unreadable { .. } => ErrorCode::Corrupt,
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::testing::journal_contract;

    #[test]
    fn the_file_keeps_the_contract_of_the_journal() {
        let home = tempfile::tempdir().unwrap();
        let (journal, _) = FileJournal::open(home.path(), Options::default()).unwrap();
        journal_contract::check(&journal);
    }

    #[test]
    fn a_line_that_is_no_entry_is_corrupt_and_says_which() {
        let home = tempfile::tempdir().unwrap();
        let (journal, _) = FileJournal::open(home.path(), Options::default()).unwrap();
        journal.lines().append(br#"{"op":"tag.add"}"#).unwrap();
        let error = port::Journal::replay(&journal, Revision::default(), &mut |_, _| true).unwrap_err();
        assert_eq!(error.code, ErrorCode::Corrupt);
        assert!(error.message.contains("revision 1"), "{error}");
    }
}
