//! What a command would do: decided as [`App::execute`] decides it, and then dropped.

use super::{App, AppError, Receipt};
use crate::command::Command;
use crate::identity::{Actor, authorize};

impl App {
    /// What [`App::execute`] would answer now, without doing it; the receipt
    /// has no revision.
    ///
    /// # Errors
    /// What the command would be refused for.
    pub fn preview(&self, actor: Actor, command: &Command) -> Result<Receipt, AppError> {
        authorize(actor, command)?;
        let change = self.decide(actor, command)?;
        Ok(Receipt {
            revision: None,
            kind: change.kind,
            summary: change.summary,
            touched: change.touched,
        })
    }
}
