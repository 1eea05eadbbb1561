//! `completions`: what a shell needs to complete commands, made from the
//! definitions; and a test that what `packaging/` has of it, and of the man
//! pages, is what the definitions make.

use crate::cli::Cli;
use crate::exit::Failure;
use crate::output::Output;
use clap::CommandFactory;
use clap_complete::Shell;

pub(super) fn completions(shell: Shell, output: Output) -> Result<(), Failure> {
    output.bytes(&script(shell))
}

fn script(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kphotos", &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn packaging() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging")
    }

    /// What the program's own page says beside its options.
    const MORE: &str = r#".SH EXIT STATUS
.TP
\fB0\fR
done
.TP
\fB1\fR
failed
.TP
\fB2\fR
usage, a bad query too
.TP
\fB3\fR
not found
.TP
\fB4\fR
not permitted
.TP
\fB5\fR
conflict, something that exists already too
.TP
\fB6\fR
the daemon cannot be reached
.SH ENVIRONMENT
.TP
\fBKPHOTOS_SOCKET\fR, \fBKPHOTOS_HOST\fR
as \fB\-\-socket\fR and \fB\-\-host\fR
.TP
\fBKPHOTOS_RUNTIME_DIR\fR
the folder in which the daemon of this machine has its socket, \fIbus\fR, if neither is given
.TP
\fBKPHOTOS_SSH\fR
the program that \fB\-\-host\fR runs, instead of \fBssh\fR
.SH FILES
.TP
\fI$XDG_RUNTIME_DIR/kphotos/bus\fR, for root \fI/run/kphotos/bus\fR
the daemon's socket
.SH SEE ALSO
\fBkphotosd\fR(8)
"#;

    /// The pages by file name: of the program, and of each command with what is below it.
    fn pages() -> BTreeMap<String, Vec<u8>> {
        let mut pages = BTreeMap::new();
        let mut root = Cli::command();
        root.build();
        let mut waiting = vec![(root, "kphotos".to_owned())];
        while let Some((command, name)) = waiting.pop() {
            for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
                if below.get_name() != "help" {
                    waiting.push((below.clone(), format!("{name}-{}", below.get_name())));
                }
            }
            let mut text = Vec::new();
            let file = format!("{name}.1");
            let command = command.display_name(name.clone());
            clap_mangen::Man::new(command.disable_help_subcommand(true))
                .title(name.to_uppercase())
                .manual("K-Photos")
                .render(&mut text)
                .unwrap();
            if name == "kphotos" {
                text.extend(MORE.bytes());
            }
            pages.insert(file, text);
        }
        pages
    }

    /// Compares a folder of `packaging/` with what it should hold; with KPHOTOS_WRITE set writes it instead.
    fn check(folder: &str, wanted: &BTreeMap<String, Vec<u8>>, is_ours: impl Fn(&str) -> bool) {
        let folder = packaging().join(folder);
        if std::env::var_os("KPHOTOS_WRITE").is_some() {
            fs::create_dir_all(&folder).unwrap();
        }
        let there = fs::read_dir(&folder).unwrap();
        let there: Vec<String> = there
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| is_ours(name))
            .collect();
        if std::env::var_os("KPHOTOS_WRITE").is_some() {
            for name in &there {
                fs::remove_file(folder.join(name)).unwrap();
            }
            for (name, text) in wanted {
                fs::write(folder.join(name), text).unwrap();
            }
            return;
        }
        let again = "run: KPHOTOS_WRITE=1 cargo test -p kphotos-ctl packaging";
        for name in &there {
            assert!(
                wanted.contains_key(name),
                "{name} is of no command any more; {again}"
            );
        }
        for (name, text) in wanted {
            let found = fs::read(folder.join(name)).unwrap_or_default();
            assert!(found == *text, "{name} is not what the code makes; {again}");
        }
    }

    #[test]
    fn the_man_pages_in_packaging_are_those_of_the_code() {
        let pages = pages();
        assert!(pages.contains_key("kphotos.1") && pages.contains_key("kphotos-tag-add.1"));
        check("man", &pages, |name| name.ends_with(".1"));
    }

    #[test]
    fn the_completions_in_packaging_are_those_of_the_code() {
        let names = [
            (Shell::Bash, "kphotos"),
            (Shell::Zsh, "_kphotos"),
            (Shell::Fish, "kphotos.fish"),
        ];
        let scripts = names
            .into_iter()
            .map(|(shell, name)| (name.to_owned(), script(shell)))
            .collect();
        check("completions", &scripts, |_| true);
    }
}
