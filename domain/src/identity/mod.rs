//! Identity: who acts, and what they may do.
//!
//! Words: a *user* is known by a number and, on this machine, by a uid; an
//! *actor* is the user, or the system's own part, on whose behalf a command
//! runs; what another program wrote into files is done by the file, and the *tool* says
//! which program that was. User 1 is who runs a user-mode daemon, or root in system mode.
//!
//! Every command carries an actor and is allowed or refused here, in one place.

mod error;
mod model;
mod permission;
mod tool;

pub use error::IdentityError;
pub use model::{Actor, User};
pub use permission::{Permission, authorize};
pub use tool::Tool;
