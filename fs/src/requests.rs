//! How often the kernel asked what: for metrics, and for tests that promise
//! that a question is not asked at all.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! requests {
    ($($op:ident $name:literal),* $(,)?) => {
        /// A kind of request.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(missing_docs, reason = "the names of the FUSE protocol")]
        pub enum Op { $($op),* }

        impl Op {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$op),*];

            /// Its name in metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$op => $name),* }
            }
        }

        /// One counter a kind.
        #[derive(Debug, Default)]
        pub struct Requests { counts: [AtomicU64; Op::ALL.len()] }
    };
}

requests! {
    Lookup "lookup", Forget "forget", Getattr "getattr", Open "open", Read "read", Release "release",
    Opendir "opendir", Readdir "readdir", Readdirplus "readdirplus", Releasedir "releasedir",
    Getxattr "getxattr", Listxattr "listxattr", Statfs "statfs", Access "access", Flush "flush",
    Write "write",
}

impl Requests {
    /// Counts one.
    pub fn count(&self, op: Op) {
        if let Some(count) = self.counts.get(op as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many there were.
    #[must_use]
    pub fn get(&self, op: Op) -> u64 {
        self.counts
            .get(op as usize)
            .map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
