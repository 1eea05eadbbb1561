//! What the worker takes from itself before it touches the first untrusted byte.
//!
//! - **Descriptors**: all but standard input (the socket), output and error are closed.
//! - **Limits**: memory (`RLIMIT_DATA`, so that files mapped read-only do not count; `RLIMIT_AS` is that plus
//!   [`MAX_MAPPED_BYTES`]), no core dumps, no file growth, few descriptors. No total CPU limit: a worker lives long, the
//!   daemon and an alarm watch each file instead.
//! - **Landlock** with no rule at all: no file can be opened, read or written by name, no TCP, no signals and no
//!   abstract sockets out of the process (as far as the kernel knows these). The worker maps the descriptors it is
//!   given. Reopening `/proc/self/fd/N` would need a read rule for each library, and such a rule would let a hijacked
//!   parser read every other photo of it.
//! - **seccomp**, two filters. What a parser cannot need and an attacker wants (sockets, programs, processes, other
//!   processes' memory, mounts, modules, tracing) kills the process, so that the daemon can name the file. Everything
//!   else that is not on the short list of calls for memory, time and the given descriptors answers `EPERM`, because
//!   exiv2 and the C library try harmless things (a configuration file, a character set module) and do without.
//!
//! Landlock and seccomp bind this thread and those after it; the process has one thread here and can start none later.
#![expect(unsafe_code, reason = "rlimits, prctl and close_range are system calls")]

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetStatus, Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use crate::protocol::{MAX_BATCH, SandboxRecord};

/// The most of one file that is mapped; a parser sees a longer file cut off here. Movies pass some gigabytes and have
/// their header at the end; a mapping costs the pages that are touched, so this need only be more than files are long.
pub(crate) const MAX_MAPPED_BYTES: u64 = 1 << 40;

/// What the process may use.
pub(crate) struct Limits {
    /// Heap, stack and other private writable memory.
    pub(crate) memory_bytes: u64,
}

/// What to do where the kernel cannot hold the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Do not start.
    Strict,
    /// Start with what there is, and say so.
    BestEffort,
}

/// Which part of the sandbox did not hold.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("limit {what} is refused: {source}; start the daemon with a higher hard limit")]
    Limit {
        what: &'static str,
        source: std::io::Error,
    },
    #[error("landlock does not hold: {0}; a kernel with Landlock is needed")]
    Landlock(String),
    #[error("seccomp does not hold: {0}; a kernel with seccomp filters is needed")]
    Seccomp(String),
}

/// Locks the process in, for good.
///
/// # Errors
/// Any part that does not hold, unless `strictness` allows Landlock and seccomp to be missing; limits always count.
pub(crate) fn apply(limits: &Limits, strictness: Strictness) -> Result<SandboxRecord, SandboxError> {
    limit(limits)?;
    let landlock = match restrict_files() {
        Ok(status) => status,
        Err(_) if strictness == Strictness::BestEffort => "none",
        Err(error) => return Err(SandboxError::Landlock(error)),
    };
    let seccomp = match filter_calls() {
        Ok(()) => true,
        Err(_) if strictness == Strictness::BestEffort => false,
        Err(error) => return Err(SandboxError::Seccomp(error)),
    };
    Ok(SandboxRecord {
        landlock: landlock.to_owned(),
        seccomp,
    })
}

/// Closes whatever the parent left open above standard error. To be called before anything else opens a descriptor.
///
/// # Errors
/// The kernel refuses, which it has no reason to.
pub(crate) fn close_inherited() -> Result<(), SandboxError> {
    // SAFETY: a plain system call; as the first act of `main` it finds no descriptor that has an owner in this process.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
    if closed == 0 {
        Ok(())
    } else {
        Err(refused("close_range"))
    }
}

fn limit(limits: &Limits) -> Result<(), SandboxError> {
    let descriptors = u64::try_from(MAX_BATCH).unwrap_or(u64::MAX).saturating_mul(2);
    set_limit("RLIMIT_DATA", libc::RLIMIT_DATA, limits.memory_bytes)?;
    set_limit(
        "RLIMIT_AS",
        libc::RLIMIT_AS,
        limits.memory_bytes.saturating_add(MAX_MAPPED_BYTES),
    )?;
    set_limit("RLIMIT_NOFILE", libc::RLIMIT_NOFILE, descriptors)?;
    set_limit("RLIMIT_FSIZE", libc::RLIMIT_FSIZE, 0)?;
    set_limit("RLIMIT_CORE", libc::RLIMIT_CORE, 0)?;
    // A log that is a file cannot grow either; without this, a library's warning would end the process.
    // SAFETY: ignoring a signal installs no handler.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    // SAFETY: prctl with plain integers; keeps other processes of the user from attaching, and secrets out of /proc.
    if unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) } != 0 {
        return Err(refused("PR_SET_DUMPABLE"));
    }
    // SAFETY: prctl with plain integers.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(refused("PR_SET_NO_NEW_PRIVS"));
    }
    Ok(())
}

fn set_limit(
    what: &'static str,
    resource: libc::__rlimit_resource_t,
    value: u64,
) -> Result<(), SandboxError> {
    let mut now = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `now` is a valid rlimit to write to.
    if unsafe { libc::getrlimit(resource, &raw mut now) } != 0 {
        return Err(refused(what));
    }
    // A hard limit that is lower already stays: it is stricter than what was asked for.
    let value = value.min(now.rlim_max);
    let wanted = libc::rlimit {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: `wanted` is a valid rlimit to read from.
    if unsafe { libc::setrlimit(resource, &raw const wanted) } != 0 {
        return Err(refused(what));
    }
    Ok(())
}

fn refused(what: &'static str) -> SandboxError {
    SandboxError::Limit {
        what,
        source: std::io::Error::last_os_error(),
    }
}

/// Denies every access that Landlock knows; `full` where the kernel knows all that this program asks for.
fn restrict_files() -> Result<&'static str, String> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .map_err(|error| error.to_string())?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V7))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V7)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V7)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    match status.ruleset {
        RulesetStatus::FullyEnforced => Ok("full"),
        RulesetStatus::PartiallyEnforced => Ok("partial"),
        RulesetStatus::NotEnforced => Err("the kernel enforces nothing".to_owned()),
    }
}

fn filter_calls() -> Result<(), String> {
    let architecture = std::env::consts::ARCH
        .try_into()
        .map_err(|_| "unknown processor".to_owned())?;
    let deadly = SeccompFilter::new(
        DEADLY.iter().map(|call| (*call, Vec::new())).collect(),
        SeccompAction::Allow,
        SeccompAction::KillProcess,
        architecture,
    );
    let allowed = SeccompFilter::new(
        allowed_rules().map_err(|error| error.to_string())?,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        architecture,
    );
    // The second one forbids further filters, so the deadly one goes first; the stricter answer of both counts.
    for filter in [deadly, allowed] {
        let program: BpfProgram = filter
            .and_then(TryInto::try_into)
            .map_err(|error| error.to_string())?;
        seccompiler::apply_filter(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Calls that mean somebody else is at the wheel.
const DEADLY: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept4,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_perf_event_open,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_open_by_handle_at,
    libc::SYS_memfd_create,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

/// Calls that need no look at their arguments.
const ALLOWED: &[i64] = &[
    // the socket and the given descriptors
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_close,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    // memory
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // time, among it the alarm
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_setitimer,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_alarm,
    // the C library's own needs, and an orderly abort
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_sysinfo,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

type Rules = std::collections::BTreeMap<i64, Vec<SeccompRule>>;

fn allowed_rules() -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    // Memory may be mapped and re-protected, but never be made executable.
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let data_only = SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(executable), 0)?;
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![data_only.clone()])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![data_only])?]);
    // abort() signals its own process; nobody else's.
    let own = SeccompCondition::new(
        0,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        u64::from(std::process::id()),
    )?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
    // Rust's standard library asks whether a descriptor is open when it closes one in debug builds.
    let get_flags = SeccompCondition::new(
        1,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        u64::from(libc::F_GETFD.unsigned_abs()),
    )?;
    rules.insert(libc::SYS_fcntl, vec![SeccompRule::new(vec![get_flags])?]);
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, ExitStatus};

    use super::*;

    const PROBE: &str = "KPHOTOS_SANDBOX_PROBE";
    const REFUSED: i32 = 0;
    const SUCCEEDED: i32 = 70;
    const VICTIM: &str = "KPHOTOS_SANDBOX_VICTIM";

    /// Runs this test program again, in which the test below does what it is told inside a sandbox.
    fn attempt(probe: &str) -> ExitStatus {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "original").unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "sandbox::tests::a_child_does_what_it_is_told",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(PROBE, probe)
            .env(VICTIM, &victim)
            .output()
            .unwrap()
            .status;
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "original", "{probe}");
        status
    }

    #[test]
    fn a_child_does_what_it_is_told() {
        let Ok(probe) = std::env::var(PROBE) else { return };
        let victim = std::path::PathBuf::from(std::env::var_os(VICTIM).unwrap());
        let open = File::open(&victim).unwrap();
        let name = std::ffi::CString::new(victim.to_str().unwrap()).unwrap();
        let reopened = format!("/proc/self/fd/{}", open.as_raw_fd());
        if probe.starts_with("landlock") {
            restrict_files().unwrap();
        } else {
            apply(
                &Limits {
                    memory_bytes: 256 << 20,
                },
                Strictness::Strict,
            )
            .unwrap();
        }
        let succeeded = match probe.as_str() {
            "read a file" | "landlock: read a file" => File::open("/etc/passwd").is_ok(),
            "reopen a descriptor" | "landlock: reopen a descriptor" => File::open(reopened).is_ok(),
            "write a file" | "landlock: write a file" => File::options().append(true).open(&victim).is_ok(),
            "remove a file" | "landlock: remove a file" => std::fs::remove_file(&victim).is_ok(),
            // SAFETY: a system call with plain numbers or live C strings.
            "change a mode" => unsafe { libc::chmod(name.as_ptr(), 0) == 0 },
            // SAFETY: a system call with plain numbers or live C strings.
            "change a mode by descriptor" => unsafe { libc::fchmod(open.as_raw_fd(), 0) == 0 },
            // SAFETY: a system call with plain numbers or live C strings.
            "signal the parent" => unsafe { libc::kill(libc::getppid(), 0) == 0 },
            // SAFETY: a system call with plain numbers or live C strings.
            "map code" => unsafe {
                let code = libc::PROT_READ | libc::PROT_EXEC;
                let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
                libc::mmap(std::ptr::null_mut(), 4096, code, flags, -1, 0) != libc::MAP_FAILED
            },
            "take memory" => Vec::<u8>::new().try_reserve_exact(512 << 20).is_ok(),
            "open a socket" => std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
            "run a program" => Command::new("/bin/true").spawn().is_ok(),
            // SAFETY: a system call with plain numbers or live C strings.
            "become a program" => unsafe {
                libc::execv(
                    c"/bin/true".as_ptr(),
                    [c"true".as_ptr(), std::ptr::null()].as_ptr(),
                ) == 0
            },
            "start a thread" => std::thread::Builder::new().spawn(|| ()).is_ok(),
            // SAFETY: a system call with plain numbers or live C strings.
            "trace" => unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) == 0 },
            other => panic!("unknown probe {other}"),
        };
        // SAFETY: ends the process without running anything that the sandbox forbids.
        unsafe { libc::_exit(if succeeded { SUCCEEDED } else { REFUSED }) };
    }

    #[test]
    fn what_a_parser_might_try_by_accident_is_refused() {
        for probe in [
            "read a file",
            "reopen a descriptor",
            "write a file",
            "remove a file",
            "change a mode",
            "change a mode by descriptor",
            "signal the parent",
            "map code",
            "take memory",
        ] {
            assert_eq!(attempt(probe).code(), Some(REFUSED), "{probe}");
        }
    }

    #[test]
    fn what_only_an_attacker_tries_ends_the_process() {
        for probe in [
            "open a socket",
            "run a program",
            "become a program",
            "start a thread",
            "trace",
        ] {
            assert_eq!(attempt(probe).signal(), Some(libc::SIGSYS), "{probe}");
        }
    }

    #[test]
    fn landlock_holds_by_itself() {
        for probe in [
            "read a file",
            "reopen a descriptor",
            "write a file",
            "remove a file",
        ] {
            assert_eq!(
                attempt(&format!("landlock: {probe}")).code(),
                Some(REFUSED),
                "{probe}"
            );
        }
    }
}
