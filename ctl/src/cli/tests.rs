//! What a line on the shell may say, and what is refused as usage.

use super::*;
use clap::CommandFactory;
use std::collections::BTreeSet;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("kphotos").chain(line.split_whitespace()))
}

#[test]
fn the_definitions_are_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn the_help_lists_the_commands_that_there_are() {
    let (_, listed) = HELP.split_once("what they are for:\n").unwrap();
    let (listed, _) = listed.split_once("\n\n").unwrap();
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.trim_start().split_once("  "))
        .flat_map(|(_, names)| names.split_whitespace())
        .collect();
    let command = Cli::command();
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    let there: BTreeSet<&str> = shown.map(clap::Command::get_name).collect();
    assert_eq!(listed, there);
    let (_, first) = HELP.split_once("people need:\n").unwrap();
    let (first, _) = first.split_once("\n\n").unwrap();
    assert_eq!(first.lines().count(), 10);
    for line in first.lines() {
        assert!(there.contains(line.split_whitespace().next().unwrap()), "{line}");
    }
}

#[test]
fn global_options_go_before_or_after_the_command() {
    for line in [
        "--json --quiet --socket /s status",
        "status --json --quiet --socket /s",
    ] {
        let cli = parse(line).unwrap();
        assert!(
            cli.json && cli.quiet && cli.socket == Some(PathBuf::from("/s")),
            "{line}"
        );
    }
}

#[test]
fn the_commands_of_the_contract_are_understood() {
    for line in [
        "wait --ready --timeout 30",
        "wait --idle",
        "library add /photos",
        "library scan 1 --wait",
        "library list",
        "library add /photos --wait",
        "library show 1 --skipped",
        "library relocate photos /mnt/photos --force --dry-run",
        "library remove 1 --dry-run",
        "info 1 2 blake3:00 -r --layers",
        "search beach date:2024 --limit 10 --sort rating --reverse",
        "search --paths -0",
        "timeline --by month date:2024",
        "duplicates",
        "duplicates date:2024 --extra -0",
        "missing list",
        "missing list date:2024",
        "missing forget 1 2 --dry-run",
        "missing forget --query is:missing",
        "path - -0",
        "tag add travel/italy --query date:2024 --dry-run",
        "tag remove travel 1 --only",
        "tag list",
        "tag rename travel/italy Italien --dry-run",
        "tag move travel/italy /",
        "tag merge a b/c d",
        "tag synonym add travel/italy Italien",
        "tag synonym remove travel/italy Italien",
        "tag synonym list travel",
        "tag delete travel -r",
        "share create x --collection best",
        "share create Italy --album travel/italy",
        "share create x 1 2 -r --only --dry-run",
        "share create x --query rating:4+",
        "share create x --folder /photos/2024",
        "share list",
        "share show Italy",
        "share revoke Italy",
        "date set 1974-06 1",
        "date shift +1h30m 1 --dry-run",
        "date shift -1h30m 1 -r --only",
        "date shift --dry-run -1h30m 1",
        "date zone Europe/Berlin 1",
        "date zone -03:30 --query beach",
        "date convert --from Europe/Berlin --to -03:00 1 2",
        "redo",
        "redo --dry-run",
        "set 1 --rating -1 --no-favorite --location -33.5,151.2,10",
        "set 1 --no-location",
        "clear title,date 1 2",
        "undo",
        "undo 4711",
        "history 1 --limit 3",
        "job list --all",
        "job watch 1 2",
        "job show 1",
        "job start hash 1 --priority high",
        "job start scan Pictures",
        "job pause 1",
        "job resume 1 2",
        "job cancel 1",
        "job retry 1",
        "mount list",
        "whoami",
        "doctor --json",
        "watch",
        "completions zsh",
        "bridge --greet",
        "--host me@nas status",
    ] {
        if let Err(error) = parse(line) {
            panic!("{line}: {error}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_a_usage_error() {
    for line in [
        "",
        "frobnicate",
        "tag merge a",
        "date shift +1h --zone x 1",
        "set 1",
        "set 1 --location 1,2 --no-location",
        "wait --ready --idle",
        "wait --timeout soon",
        "undo 0",
        "share create x",
        "share create x --album a --tag b",
        "share create x --album a 1",
        "search -0",
        "duplicates -0",
        "missing",
        "timeline --by week",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn clear_takes_fields_once_and_assets_after_them() {
    let Command::Clear(args) = parse("clear title,date 1 2").unwrap().command else {
        panic!("no clear");
    };
    assert_eq!(args.fields, "title,date");
    assert_eq!(args.edit.which.assets, ["1", "2"]);
}
