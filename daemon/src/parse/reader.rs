//! Which reader there is, so that what another one read is read again.
//!
//! The layer keeps with what was read of each file the number of the reader that read it. Where that is another than
//! [`READER`], the values stand until the job `metadata` has read the file again, behind all files that nobody has read yet. Whatever
//! changes what is read of some file asks for another number: the test below sees to that, as far as the corpus goes. A
//! system's newer exiv2 is noticed by nobody; the test may fail with one that reads otherwise.

/// The number of this reader.
pub(crate) const READER: u32 = 1;

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::conformance::outcomes;
    use crate::jobs::facts;

    /// What this reader reads of the good files of the corpus, as one hash.
    const READS: &str = "33db4cc9e9d59661";

    #[test]
    fn what_is_read_otherwise_is_read_by_another_reader() {
        let Some(outcomes) = outcomes() else { return };
        let mut hasher = blake3::Hasher::new();
        for (name, outcome) in outcomes {
            let said = match outcome {
                Outcome::Read(record) => format!("{name} {:?}", facts(*record)),
                Outcome::Failed { reason } => format!("{name} {reason}"),
                Outcome::Unreadable { reason } | Outcome::Unserved { reason } => panic!("{name}: {reason}"),
            };
            hasher.update(said.as_bytes());
        }
        let reads = hasher.finalize().to_hex();
        assert_eq!(
            &reads[..16],
            READS,
            "files of the corpus are read otherwise than by reader {}: raise READER, and write what is read now into READS",
            super::READER
        );
    }
}
