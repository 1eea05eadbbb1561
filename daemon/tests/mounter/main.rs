//! The mounter, for real: its own process, the kernel's FUSE, killed daemons, an unprivileged user.
//!
//! Each test has its own folder and its own mounter process: this test program, executed again in a role of
//! [`role`]. What needs root, `/dev/fuse` or a tool that is missing says `skipped: …` on standard error.

#[cfg(test)]
mod death;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mounting;
#[cfg(test)]
mod role;
#[cfg(test)]
mod roots;
#[cfg(test)]
mod user;
#[cfg(test)]
mod world;
