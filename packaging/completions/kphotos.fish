# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kphotos_global_optspecs
    string join \n socket= H/host= json q/quiet h/help V/version
end

function __fish_kphotos_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kphotos_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kphotos_using_subcommand
    set -l cmd (__fish_kphotos_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kphotos -n "__fish_kphotos_needs_command" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_needs_command" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_needs_command" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_needs_command" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_needs_command" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_needs_command" -s V -l version -d 'Print version'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "status" -d 'How it goes: photos, libraries, mounts, jobs'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "info" -d 'All that is known of photos'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "search" -d 'Find photos'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "timeline" -d 'How many photos there are of each year, month or day'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "path" -d 'The paths of photos\' originals'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "duplicates" -d 'Exact duplicates: photos of which several files are the same to the byte; or photos that look alike'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "history" -d 'What was changed, newest first; of some photos only, if named'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "watch" -d 'Live changes as JSON lines: {"revision", "kinds", "ids"}, until interrupted'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "whoami" -d 'Who the daemon takes you for'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "set" -d 'Edit fields of photos'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "clear" -d 'Drop edits: the files\' own values show again'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "date" -d 'When photos were taken'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "face" -d 'Faces in photos: boxes X,Y,W,H, and who they are'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "undo" -d 'Take a change back; the last one, if none is named'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "redo" -d 'Do the last change again that was taken back'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "tag" -d 'Tags: a/b/c nests'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "album" -d 'Albums: a/b/c nests'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "collection" -d 'Queries under a name, in collections/ of the mounts'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "people" -d 'People, by the names that faces have in files and here'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "stack" -d 'Photos that belong together: RAW and JPEG, Live Photos, bursts'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "share" -d 'Parts of your photos for others to see, in shares/ of the mounts'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "missing" -d 'Photos of which no file is left; they keep every edit until they are found again'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "library" -d 'Folders of originals'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "mount" -d 'The trees that show your photos'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "samba-conf" -d 'The mounts as shares of a Samba server, to be included in smb.conf'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "job" -d 'Long work'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "wait" -d 'Wait until the mounts answer, or no work is left'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "doctor" -d 'What could keep K-Photos from working well here, and how to mend it'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "completions" -d 'What a shell needs to complete these commands'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "bridge" -d 'The other end of --host: copies stdin and stdout to the daemon\'s socket'
complete -c kphotos -n "__fish_kphotos_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand status" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand status" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand status" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand status" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand status" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -l layers -d 'What the file and what edits say of each field, too'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand info" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l limit -d 'No more than so many' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l sort -d 'In this order, ascending' -r -f -a "taken\t''
added\t''
name\t''
rating\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l reverse -d 'The other way round'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l paths -d 'Only the paths of the originals'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -s 0 -l null -d 'Paths end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand search" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -l by -d 'Count by this' -r -f -a "year\t''
month\t''
day\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand timeline" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand path" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -l near -d 'Photos that look alike instead, turned or not: re-encoded, resized, trimmed a little; the shots of a burst too, the further apart the more happened between them. DISTANCE is how different neighbours may be, 0 to 35; 30 if it is left out' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -l extra -d 'The paths of all copies but the one that the photo is called after, one a line; with --near of all but the best of each group (most pixels, then bytes) and what belongs to its shot'
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -s 0 -l null -d 'Paths end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand duplicates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -l limit -d 'No more than so many' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -l before -d 'Those before this revision' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand history" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand watch" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand watch" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand watch" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand watch" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand whoami" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand whoami" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand whoami" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand whoami" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand whoami" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l title -d 'Title; an empty one hides the file\'s own' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l description -d 'Description' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l rating -d '-1 (rejected) to 5' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l label -d 'Colour label' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l location -d 'Where it was taken: degrees north and east, metres above the sea' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l orientation -d '1 to 8, as EXIF counts' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l favorite -d 'A favourite of yours'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l no-favorite -d 'No favourite of yours'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l hidden -d 'Shown in library/ and by is:hidden only'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l no-hidden -d 'Shown everywhere'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l no-location -d 'Nowhere, whatever the file says'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand set" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand clear" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -f -a "set" -d 'Set it, as exactly as it is known'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -f -a "shift" -d 'Move them: the camera\'s clock was wrong'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -f -a "zone" -d 'Say in which time zone they were taken; the clock time stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -f -a "convert" -d 'Move them from the time zone of the camera\'s clock to another; the instant stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and not __fish_seen_subcommand_from set shift zone convert help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from shift" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from zone" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l from -d 'What the camera\'s clock showed; a photo that has an offset goes by that one' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l to -d 'What it should have shown' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set it, as exactly as it is known'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from help" -f -a "shift" -d 'Move them: the camera\'s clock was wrong'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from help" -f -a "zone" -d 'Say in which time zone they were taken; the clock time stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from help" -f -a "convert" -d 'Move them from the time zone of the camera\'s clock to another; the instant stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand date; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "list" -d 'The faces of photos: number, who, type, box, and whether the file or an edit says so'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "add" -d 'Add a face that the file does not have'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "name" -d 'Say who a face is; one that was rejected is back'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "reject" -d 'Hide a face of the file: it is none, or not to be shown'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "remove" -d 'Take a face away that was added by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and not __fish_seen_subcommand_from list add name reject remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -l all -d 'Those that were rejected, too'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l box -d 'Centre, width and height as parts of the stored, un-turned picture, 0 to 1' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l name -d 'Who it is; the person is made if there is none' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l type -d 'Face, Pet, Focus or BarCode [default: Face]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -l none -d 'Nobody that is known, whatever the file says'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from name" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from reject" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "list" -d 'The faces of photos: number, who, type, box, and whether the file or an edit says so'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a face that the file does not have'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "name" -d 'Say who a face is; one that was rejected is back'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "reject" -d 'Hide a face of the file: it is none, or not to be shown'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a face away that was added by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand face; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand undo" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand redo" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "add" -d 'Give a tag; it is made if there is none'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "remove" -d 'Take a tag away, also one that the file itself has'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "list" -d 'The tags, and how many photos carry each itself'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "rename" -d 'Call a tag otherwise; its old name still stands for it'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "move" -d 'Put a tag, with all below it, below another'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "merge" -d 'Make several tags one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "synonym" -d 'What else stands for a tag'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "delete" -d 'Take a tag from all photos, and out of the tree'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and not __fish_seen_subcommand_from add remove list rename move merge synonym delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -f -a "add" -d 'Let a word stand for a tag, in files and here'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -f -a "remove" -d 'Let a word no longer stand for a tag'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -f -a "list" -d 'What else stands for a tag'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from synonym" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -s r -l recursive -d 'Those below it too'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "add" -d 'Give a tag; it is made if there is none'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a tag away, also one that the file itself has'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "list" -d 'The tags, and how many photos carry each itself'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Call a tag otherwise; its old name still stands for it'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "move" -d 'Put a tag, with all below it, below another'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Make several tags one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "synonym" -d 'What else stands for a tag'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Take a tag from all photos, and out of the tree'
complete -c kphotos -n "__fish_kphotos_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "create" -d 'Make an album, or a smart one: of what a folder has or a query finds, now and later'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "add" -d 'Put photos into an album; in a smart one they stay whatever its rule finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "remove" -d 'Take photos out of an album, wherever they came from: what its rule finds is excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "include" -d 'The same as add: put photos into an album, and take back that they were excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "exclude" -d 'Keep photos out of a smart album, also those that its rule does not find yet'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "bind" -d 'Let a folder, a query or a collection find the photos of an album, or nothing any more'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "cover" -d 'Say which photo stands for an album'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "order" -d 'Sort an album, or put photos somewhere by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "list" -d 'The albums, what finds their photos, and how many are in each'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "show" -d 'The photos of an album, in its order'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "rename" -d 'Call an album otherwise'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "move" -d 'Put an album, with all in it, into another'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "delete" -d 'Delete an album; its photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and not __fish_seen_subcommand_from create add remove include exclude bind cover order list show rename move delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l folder -d 'A folder of a library with all below it (which may be renamed and moved there): its path, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l query -d 'What this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l collection -d 'What this collection finds: its name, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from include" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from exclude" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l folder -d 'A folder of a library with all below it (which may be renamed and moved there): its path, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l query -d 'What this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l collection -d 'What this collection finds: its name, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l none -d 'Nothing: the album has what was put into it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from bind" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -l none -d 'The first in its order'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from cover" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l by -d 'By what; manual is the last order by hand' -r -f -a "taken\t''
added\t''
name\t''
rating\t''
manual\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l before -d 'Put them just before this photo' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l after -d 'Put them just after this photo' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l reverse -d 'The other way round'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l first -d 'Put them at the beginning'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l last -d 'Put them at the end'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from order" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -s r -l recursive -d 'Those in it too'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an album, or a smart one: of what a folder has or a query finds, now and later'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "add" -d 'Put photos into an album; in a smart one they stay whatever its rule finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take photos out of an album, wherever they came from: what its rule finds is excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "include" -d 'The same as add: put photos into an album, and take back that they were excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "exclude" -d 'Keep photos out of a smart album, also those that its rule does not find yet'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "bind" -d 'Let a folder, a query or a collection find the photos of an album, or nothing any more'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "cover" -d 'Say which photo stands for an album'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "order" -d 'Sort an album, or put photos somewhere by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "list" -d 'The albums, what finds their photos, and how many are in each'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "show" -d 'The photos of an album, in its order'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Call an album otherwise'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "move" -d 'Put an album, with all in it, into another'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete an album; its photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand album; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "create" -d 'Keep a query under a name'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "list" -d 'The collections, and how many photos each finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "show" -d 'What a collection finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "update" -d 'Give a collection another query, or another name'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "delete" -d 'Delete a collection on which no album and no share stands; the photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and not __fish_seen_subcommand_from create list show update delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -l limit -d 'So many photos at most' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -l name -d 'The new name' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "create" -d 'Keep a query under a name'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "list" -d 'The collections, and how many photos each finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "show" -d 'What a collection finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "update" -d 'Give a collection another query, or another name'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a collection on which no album and no share stands; the photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand collection; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -f -a "list" -d 'The people, and how many photos each is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -f -a "show" -d 'The photos that a person is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -f -a "rename" -d 'Call a person otherwise; the old name still stands for them in files'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -f -a "merge" -d 'Make several persons one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and not __fish_seen_subcommand_from list show rename merge help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from help" -f -a "list" -d 'The people, and how many photos each is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from help" -f -a "show" -d 'The photos that a person is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Call a person otherwise; the old name still stands for them in files'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Make several persons one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand people; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -f -a "list" -d 'The stacks, who is in each, and why; those alone with a photo that a query finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -f -a "create" -d 'Join photos in one stack, with the stacks that they are in'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -f -a "split" -d 'Split photos from their stacks: each is alone from then on, until `kphotos clear stack`'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -f -a "cover" -d 'Let a photo stand for its stack'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and not __fish_seen_subcommand_from list create split cover help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from cover" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "list" -d 'The stacks, who is in each, and why; those alone with a photo that a query finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "create" -d 'Join photos in one stack, with the stacks that they are in'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "split" -d 'Split photos from their stacks: each is alone from then on, until `kphotos clear stack`'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "cover" -d 'Let a photo stand for its stack'
complete -c kphotos -n "__fish_kphotos_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -f -a "create" -d 'Share an album, a tag, a person, a library, a folder, what a query or a collection finds, or photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -f -a "list" -d 'The shares, what each shows, and how many photos that is'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -f -a "show" -d 'The photos of a share'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -f -a "revoke" -d 'End a share, for good'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and not __fish_seen_subcommand_from create list show revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l album -d 'An album, with those in it: its path, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l tag -d 'A tag, with those in it: its path, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l person -d 'Who is in the photos: a name, or the person\'s folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l library -d 'A library: its name, its number, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l folder -d 'A folder of a library: its path, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l query -d 'What this query finds, now and later' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l collection -d 'What this collection finds: its name, or its folder in a mount' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l only -d 'Not the rest of a stack (RAW, JPEG, movie of one shot)'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from help" -f -a "create" -d 'Share an album, a tag, a person, a library, a folder, what a query or a collection finds, or photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from help" -f -a "list" -d 'The shares, what each shows, and how many photos that is'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from help" -f -a "show" -d 'The photos of a share'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'End a share, for good'
complete -c kphotos -n "__fish_kphotos_using_subcommand share; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -f -a "list" -d 'The missing photos, and where they were last'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -f -a "forget" -d 'Forget missing photos and all that was made of them, for good: there is no undo'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and not __fish_seen_subcommand_from list forget help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -l query -d 'The photos that this query finds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -s r -l recursive -d 'A folder stands for all photos below it'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -s 0 -l null -d 'Names end in NUL, not in a line break'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -l dry-run -d 'Say what would be forgotten, and forget nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from help" -f -a "list" -d 'The missing photos, and where they were last'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from help" -f -a "forget" -d 'Forget missing photos and all that was made of them, for good: there is no undo'
complete -c kphotos -n "__fish_kphotos_using_subcommand missing; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "add" -d 'Add a folder of photos; nothing in it is ever changed'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "list" -d 'The libraries'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "show" -d 'What a library holds, and how far it is read'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "relocate" -d 'Say where a library lies now: another mount point, another disk'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "remove" -d 'Let a folder be a library no more; its originals stay as they are'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "scan" -d 'Look for what is new, changed or gone; in all libraries, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and not __fish_seen_subcommand_from add list show relocate remove scan help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l name -d 'What to call it [default: the folder\'s name]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l timezone -d 'Where times without offset were taken, as Europe/Berlin [default: the daemon\'s zone]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l wait -d 'Return when everything is read and hashed, not as soon as it can be browsed'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l no-wait -d 'Return at once'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -l skipped -d 'What the last scan left out, and why'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -l force -d 'Take it even if its photos are not found there'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from relocate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -l dry-run -d 'Say what would change, and change nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -l wait -d 'Return when it is done'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -l accept-missing -d 'The files that are not found are gone on purpose, however many (name the library by number or name)'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from scan" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a folder of photos; nothing in it is ever changed'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "list" -d 'The libraries'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "show" -d 'What a library holds, and how far it is read'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "relocate" -d 'Say where a library lies now: another mount point, another disk'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Let a folder be a library no more; its originals stay as they are'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "scan" -d 'Look for what is new, changed or gone; in all libraries, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand library; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -f -a "add" -d 'Show the tree at one more place, until it is removed'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -f -a "list" -d 'The mounts, and whether they answer'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -f -a "remove" -d 'Take a mount down that was added'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and not __fish_seen_subcommand_from add list remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l access -d 'Who may enter: private, group:G or all [default: private]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l views -d 'Which folders are at its root: albums,dates,library,tags,shares,favorites,recent,collections,people,search,duplicates [default: all]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l mtime -d 'What the modification time of photos is [default: taken]' -r -f -a "taken\t''
original\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l names -d 'Names that every system accepts, or as on the disk [default: portable]' -r -f -a "portable\t''
posix\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l sidecars -d 'A sidecar beside each photo, IMG.jpg.xmp, that says what its own sidecar says and what you made of it [default: off]' -r -f -a "off\t''
xmp\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l stacks -d 'Which photos of a stack are shown outside of library/: each, or its cover alone [default: all]' -r -f -a "all\t''
cover\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l folder-files -d 'Files that tell file managers how to show a folder: directory (.directory, with an album\'s cover as its icon), hidden (.hidden, so that of a stack its cover alone is seen) [default: none]' -r -f -a "directory\t''
hidden\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l offline -d 'Photos that lie in libraries that are offline alone: listed, or not there until one is back [default: show]' -r -f -a "show\t''
hide\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l dry-run -d 'Say what would be done, and do nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -l dry-run -d 'Say what would be done, and do nothing'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from help" -f -a "add" -d 'Show the tree at one more place, until it is removed'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from help" -f -a "list" -d 'The mounts, and whether they answer'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a mount down that was added'
complete -c kphotos -n "__fish_kphotos_using_subcommand mount; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -l all -d 'The mounts of every viewer, not only yours'
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand samba-conf" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "list" -d 'The jobs that are not over'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "show" -d 'One job'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "watch" -d 'Follow jobs until they are over, paused, or wait after a failure; all, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "start" -d 'Start a job: scan looks for what is new, metadata reads what files say (those that could not be read again), hash reads them whole, near finds photos that look alike (those that could not be decoded are tried again)'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "pause" -d 'Hold jobs until they are resumed; also over restarts of the daemon'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "resume" -d 'Let paused jobs go on'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "cancel" -d 'End jobs; what they did stays, and the next scan asks again for what is left'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "retry" -d 'Run jobs again that are over, or at once those that wait after a failure'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and not __fish_seen_subcommand_from list show watch start pause resume cancel retry help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -l all -d 'Those that are over too'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from show" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from show" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from show" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from watch" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from watch" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from watch" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -l priority -d 'How urgent it is: a job of a higher priority goes before all others' -r -f -a "low\t''
normal\t''
high\t''"
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from pause" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from pause" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from pause" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from resume" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from resume" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from resume" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from cancel" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from cancel" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from cancel" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from retry" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from retry" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from retry" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "list" -d 'The jobs that are not over'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "show" -d 'One job'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Follow jobs until they are over, paused, or wait after a failure; all, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start a job: scan looks for what is new, metadata reads what files say (those that could not be read again), hash reads them whole, near finds photos that look alike (those that could not be decoded are tried again)'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Hold jobs until they are resumed; also over restarts of the daemon'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Let paused jobs go on'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'End jobs; what they did stays, and the next scan asks again for what is left'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Run jobs again that are over, or at once those that wait after a failure'
complete -c kphotos -n "__fish_kphotos_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -l timeout -d 'No longer than so many seconds' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -l ready -d 'Until every mount answers (the default)'
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -l idle -d 'Until no job is left that may run now'
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand wait" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand doctor" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand doctor" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand doctor" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand doctor" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand completions" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand completions" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand completions" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand completions" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -l socket -d 'The daemon\'s socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]' -r -F
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -s H -l host -d 'The daemon of another machine, through ssh [env: KPHOTOS_HOST]' -r
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -l greet -d 'Say the own uid first, in a line'
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -l json -d 'One JSON document on stdout'
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -s q -l quiet -d 'Say only what was asked for, and errors'
complete -c kphotos -n "__fish_kphotos_using_subcommand bridge" -s h -l help -d 'Print help'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "status" -d 'How it goes: photos, libraries, mounts, jobs'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "info" -d 'All that is known of photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "search" -d 'Find photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "timeline" -d 'How many photos there are of each year, month or day'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "path" -d 'The paths of photos\' originals'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "duplicates" -d 'Exact duplicates: photos of which several files are the same to the byte; or photos that look alike'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "history" -d 'What was changed, newest first; of some photos only, if named'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "watch" -d 'Live changes as JSON lines: {"revision", "kinds", "ids"}, until interrupted'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "whoami" -d 'Who the daemon takes you for'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "set" -d 'Edit fields of photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "clear" -d 'Drop edits: the files\' own values show again'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "date" -d 'When photos were taken'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "face" -d 'Faces in photos: boxes X,Y,W,H, and who they are'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "undo" -d 'Take a change back; the last one, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "redo" -d 'Do the last change again that was taken back'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "tag" -d 'Tags: a/b/c nests'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "album" -d 'Albums: a/b/c nests'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "collection" -d 'Queries under a name, in collections/ of the mounts'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "people" -d 'People, by the names that faces have in files and here'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "stack" -d 'Photos that belong together: RAW and JPEG, Live Photos, bursts'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "share" -d 'Parts of your photos for others to see, in shares/ of the mounts'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "missing" -d 'Photos of which no file is left; they keep every edit until they are found again'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "library" -d 'Folders of originals'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "mount" -d 'The trees that show your photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "samba-conf" -d 'The mounts as shares of a Samba server, to be included in smb.conf'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "job" -d 'Long work'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "wait" -d 'Wait until the mounts answer, or no work is left'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "doctor" -d 'What could keep K-Photos from working well here, and how to mend it'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "completions" -d 'What a shell needs to complete these commands'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "bridge" -d 'The other end of --host: copies stdin and stdout to the daemon\'s socket'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and not __fish_seen_subcommand_from status info search timeline path duplicates history watch whoami set clear date face undo redo tag album collection people stack share missing library mount samba-conf job wait doctor completions bridge help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from date" -f -a "set" -d 'Set it, as exactly as it is known'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from date" -f -a "shift" -d 'Move them: the camera\'s clock was wrong'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from date" -f -a "zone" -d 'Say in which time zone they were taken; the clock time stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from date" -f -a "convert" -d 'Move them from the time zone of the camera\'s clock to another; the instant stays'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from face" -f -a "list" -d 'The faces of photos: number, who, type, box, and whether the file or an edit says so'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from face" -f -a "add" -d 'Add a face that the file does not have'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from face" -f -a "name" -d 'Say who a face is; one that was rejected is back'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from face" -f -a "reject" -d 'Hide a face of the file: it is none, or not to be shown'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from face" -f -a "remove" -d 'Take a face away that was added by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "add" -d 'Give a tag; it is made if there is none'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "remove" -d 'Take a tag away, also one that the file itself has'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "list" -d 'The tags, and how many photos carry each itself'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "rename" -d 'Call a tag otherwise; its old name still stands for it'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "move" -d 'Put a tag, with all below it, below another'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "merge" -d 'Make several tags one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "synonym" -d 'What else stands for a tag'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "delete" -d 'Take a tag from all photos, and out of the tree'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "create" -d 'Make an album, or a smart one: of what a folder has or a query finds, now and later'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "add" -d 'Put photos into an album; in a smart one they stay whatever its rule finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "remove" -d 'Take photos out of an album, wherever they came from: what its rule finds is excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "include" -d 'The same as add: put photos into an album, and take back that they were excluded'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "exclude" -d 'Keep photos out of a smart album, also those that its rule does not find yet'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "bind" -d 'Let a folder, a query or a collection find the photos of an album, or nothing any more'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "cover" -d 'Say which photo stands for an album'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "order" -d 'Sort an album, or put photos somewhere by hand'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "list" -d 'The albums, what finds their photos, and how many are in each'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "show" -d 'The photos of an album, in its order'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "rename" -d 'Call an album otherwise'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "move" -d 'Put an album, with all in it, into another'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from album" -f -a "delete" -d 'Delete an album; its photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from collection" -f -a "create" -d 'Keep a query under a name'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from collection" -f -a "list" -d 'The collections, and how many photos each finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from collection" -f -a "show" -d 'What a collection finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from collection" -f -a "update" -d 'Give a collection another query, or another name'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from collection" -f -a "delete" -d 'Delete a collection on which no album and no share stands; the photos stay'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from people" -f -a "list" -d 'The people, and how many photos each is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from people" -f -a "show" -d 'The photos that a person is in'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from people" -f -a "rename" -d 'Call a person otherwise; the old name still stands for them in files'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from people" -f -a "merge" -d 'Make several persons one, with the photos of all'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "list" -d 'The stacks, who is in each, and why; those alone with a photo that a query finds'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "create" -d 'Join photos in one stack, with the stacks that they are in'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "split" -d 'Split photos from their stacks: each is alone from then on, until `kphotos clear stack`'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "cover" -d 'Let a photo stand for its stack'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from share" -f -a "create" -d 'Share an album, a tag, a person, a library, a folder, what a query or a collection finds, or photos'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from share" -f -a "list" -d 'The shares, what each shows, and how many photos that is'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from share" -f -a "show" -d 'The photos of a share'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from share" -f -a "revoke" -d 'End a share, for good'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from missing" -f -a "list" -d 'The missing photos, and where they were last'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from missing" -f -a "forget" -d 'Forget missing photos and all that was made of them, for good: there is no undo'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "add" -d 'Add a folder of photos; nothing in it is ever changed'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "list" -d 'The libraries'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "show" -d 'What a library holds, and how far it is read'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "relocate" -d 'Say where a library lies now: another mount point, another disk'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "remove" -d 'Let a folder be a library no more; its originals stay as they are'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from library" -f -a "scan" -d 'Look for what is new, changed or gone; in all libraries, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from mount" -f -a "add" -d 'Show the tree at one more place, until it is removed'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from mount" -f -a "list" -d 'The mounts, and whether they answer'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from mount" -f -a "remove" -d 'Take a mount down that was added'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "list" -d 'The jobs that are not over'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "show" -d 'One job'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "watch" -d 'Follow jobs until they are over, paused, or wait after a failure; all, if none is named'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "start" -d 'Start a job: scan looks for what is new, metadata reads what files say (those that could not be read again), hash reads them whole, near finds photos that look alike (those that could not be decoded are tried again)'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "pause" -d 'Hold jobs until they are resumed; also over restarts of the daemon'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "resume" -d 'Let paused jobs go on'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "cancel" -d 'End jobs; what they did stays, and the next scan asks again for what is left'
complete -c kphotos -n "__fish_kphotos_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "retry" -d 'Run jobs again that are over, or at once those that wait after a failure'
