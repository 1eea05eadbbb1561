//! `[scan]` and `bus`: texts of the settings become values.

use super::ConfigError;
use super::file::ScanBody;
use kphotos_domain::processing::QuietHours;
use std::time::Duration;

/// When jobs run by themselves, and when they do not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScanTimes {
    /// How long after its last scan a library is scanned again; `None`: only when asked, and at each start.
    pub interval: Option<Duration>,
    /// When hashing, looking at pictures and scans by the clock wait, in the machine's time.
    pub quiet: Option<QuietHours>,
    /// Whether folders are watched, so that changes are seen at once.
    pub watch: bool,
    /// Whether pictures are looked at, for those that look alike, without being asked.
    pub near: bool,
}

/// Which message bus to join besides the daemon's own socket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BusChoice {
    /// None.
    Off,
    /// The user's.
    Session,
    /// The machine's.
    System,
    /// The one at this D-Bus address.
    Address(String),
}

const HOUR: u64 = 3600;
/// The interval, unless told otherwise.
const EVERY: Duration = Duration::from_secs(6 * HOUR);

impl ScanTimes {
    pub(super) fn of(body: &ScanBody) -> Result<Self, ConfigError> {
        let interval = match body.interval.as_deref() {
            None => Some(EVERY),
            Some("off") => None,
            Some(text) => Some(interval(text).ok_or_else(|| ConfigError::BadInterval {
                text: text.to_owned(),
            })?),
        };
        let quiet = body.quiet.as_deref().filter(|text| *text != "off");
        let quiet = quiet.map(str::parse::<QuietHours>).transpose()?;
        let watch = body.watch.unwrap_or(true);
        let near = body.near.unwrap_or(true);
        Ok(Self {
            interval,
            quiet,
            watch,
            near,
        })
    }
}

/// `90m`, `6h`, `1d`: at least a minute.
fn interval(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        'm' => 60,
        'h' => HOUR,
        'd' => 24 * HOUR,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let interval = Duration::from_secs(number.checked_mul(seconds)?);
    (!interval.is_zero()).then_some(interval)
}

impl BusChoice {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        match text {
            "off" => Ok(Self::Off),
            "session" => Ok(Self::Session),
            "system" => Ok(Self::System),
            address if zbus::Address::try_from(address).is_ok() => Ok(Self::Address(address.to_owned())),
            _ => Err(ConfigError::BadBus {
                text: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_of_minutes_hours_or_days() {
        for (text, seconds) in [("6h", Some(21_600)), ("90m", Some(5_400)), ("1d", Some(86_400))] {
            assert_eq!(interval(text).map(|time| time.as_secs()), seconds, "{text}");
        }
        for text in [
            "",
            "h",
            "6",
            "0h",
            "-1h",
            "6 h",
            "1w",
            "99999999999999999999d",
            "18446744073709551615d",
        ] {
            assert_eq!(interval(text), None, "{text}");
        }
        let off = ScanBody {
            interval: Some("off".into()),
            quiet: Some("off".into()),
            watch: Some(false),
            near: Some(false),
        };
        let times = ScanTimes::of(&off).unwrap();
        assert_eq!((times.interval, times.quiet, times.watch), (None, None, false));
        assert!(!times.near);
        assert!(ScanTimes::of(&ScanBody::default()).unwrap().watch);
        assert!(ScanTimes::of(&ScanBody::default()).unwrap().near);
        assert_eq!(ScanTimes::of(&ScanBody::default()).unwrap().interval, Some(EVERY));
    }

    #[test]
    fn a_bus_is_named_or_has_an_address() {
        let check =
            |text: &str, expect: Option<BusChoice>| assert_eq!(BusChoice::parse(text).ok(), expect, "{text}");
        check("off", Some(BusChoice::Off));
        check("session", Some(BusChoice::Session));
        check("system", Some(BusChoice::System));
        let address = "unix:path=/run/user/7/bus";
        check(address, Some(BusChoice::Address(address.to_owned())));
        check("", None);
        check("sesion", None);
    }
}
