//! When a picture was taken: the first source that holds a date, in the order of [`taken`].
//!
//! A wall time is taken as it stands; an offset only where the file states one: in the date's text, in its own tag, in
//! that of a sibling, or by a satellite's time; which of them is told along.
//! Dates in EXIF's form (`2020:05:01 10:11:12`) are accepted inside XMP and the other way round; a year or a month alone
//! only in XMP, whose dates may be so: elsewhere they are a clock that was never set, or the year of a movie's release.
//! A date as mails state it (RFC 1123) is read where a format's specification asks for it.
//! Clocks that were never set are no dates ([`stamp`]); modification times and GPS times are about something else and
//! never count.
//!
//! [`stamp`]: super::stamp

use super::container::iptc;
use super::fields::Fields;
use super::stamp::{Stamp, coarse, day_number, decimals, parse, parse_offset};
use crate::protocol::TakenRecord;

/// The capture time. DateTimeOriginal (EXIF, then XMP), photoshop:DateCreated, IPTC DateCreated; then the same for the
/// time of digitising.
pub(super) fn taken(fields: &Fields<'_>) -> Option<TakenRecord> {
    let exif = |tag: &str, suffix: &str, code: &str, source: &str| {
        let mut stamp = parse(&fields.text(tag)?)?;
        if stamp.decimals.is_empty()
            && let Some(digits) = fields.text(&format!("Exif.Photo.SubSecTime{suffix}"))
        {
            stamp.decimals = decimals(&digits);
        }
        let stated = stamp.offset_minutes.is_some();
        let offset = if stated {
            None
        } else {
            offset(fields, code, &stamp)
        };
        stamp.offset_minutes = stamp.offset_minutes.or(offset.map(|(minutes, _)| minutes));
        let mut taken = record(&stamp, source);
        taken.offset_source = offset.map(|(_, source)| source.to_owned());
        Some(taken)
    };
    let xmp = |tag: &str, source: &str| xmp(fields, tag, source);
    exif(
        "Exif.Photo.DateTimeOriginal",
        "Original",
        "0x9011",
        "exif:DateTimeOriginal",
    )
    .or_else(|| {
        exif(
            "Exif.Image.DateTimeOriginal",
            "Original",
            "0x9011",
            "exif:DateTimeOriginal",
        )
    })
    .or_else(|| xmp("Xmp.exif.DateTimeOriginal", "xmp-exif:DateTimeOriginal"))
    .or_else(|| xmp("Xmp.photoshop.DateCreated", "photoshop:DateCreated"))
    .or_else(|| iptc(fields, ["DateCreated", "TimeCreated"], "iptc:DateCreated"))
    .or_else(|| {
        exif(
            "Exif.Photo.DateTimeDigitized",
            "Digitized",
            "0x9012",
            "exif:DateTimeDigitized",
        )
    })
    .or_else(|| xmp("Xmp.exif.DateTimeDigitized", "xmp-exif:DateTimeDigitized"))
    .or_else(|| {
        iptc(
            fields,
            ["DigitizationDate", "DigitizationTime"],
            "iptc:DigitalCreationDate",
        )
    })
    .or_else(|| xmp("Xmp.xmp.CreateDate", "xmp:CreateDate"))
}

/// An offset for a date of EXIF's, which has none itself, and where it is from: its own tag (by its code), those of its
/// siblings, which the same clock wrote, and at last the satellites' time.
fn offset(fields: &Fields<'_>, own: &str, stamp: &Stamp) -> Option<(i16, &'static str)> {
    let mut tags = [
        ("0x9011", "OffsetTimeOriginal", "exif:OffsetTimeOriginal"),
        ("0x9012", "OffsetTimeDigitized", "exif:OffsetTimeDigitized"),
        ("0x9010", "OffsetTime", "exif:OffsetTime"),
    ];
    tags.sort_by_key(|(code, _, _)| *code != own);
    let stated = tags.iter().find_map(|(code, name, source)| {
        let text = fields.text(&format!("Exif.Photo.{name}"));
        let text = text.or_else(|| fields.text(&format!("Exif.Photo.{code}")))?;
        Some((parse_offset(&text)?, *source))
    });
    stated.or_else(|| {
        let date = fields.text("Exif.GPSInfo.GPSDateStamp")?;
        let time = fields.numbers("Exif.GPSInfo.GPSTimeStamp");
        let [hour, minute, second] = time.as_slice() else {
            return None;
        };
        let utc = parse(&format!("{date} {hour:02}:{minute:02}:{:02}", second.floor()))?;
        Some((by_satellites(stamp, &utc)?, "gps"))
    })
}

/// The wall time less the satellites' time, if it is an offset that clocks are set to. A position may be some minutes old
/// when the picture is taken; one that is more than five off such an offset says nothing about the zone, and one that is
/// hours old must not make up a zone that nobody lives in.
fn by_satellites(local: &Stamp, utc: &Stamp) -> Option<i16> {
    let minutes = |stamp: &Stamp| {
        let (year, month, day) = stamp.date;
        let (hour, minute, _) = stamp.time?;
        let date = day_number(year, month, day);
        Some((date * 24 + i64::from(hour)) * 60 + i64::from(minute))
    };
    let apart = minutes(local)? - minutes(utc)?;
    let quarters = (apart + if apart < 0 { -7 } else { 7 }) / 15 * 15;
    let quarters = i16::try_from(quarters)
        .ok()
        .filter(|_| (apart - quarters).abs() <= 5)?;
    is_offset_of_a_zone(quarters).then_some(quarters)
}

/// Whether some zone has had this offset, in minutes, since 1990 (IANA's time zone database).
fn is_offset_of_a_zone(minutes: i16) -> bool {
    const BESIDE_WHOLE_HOURS: [i16; 16] = [
        -570, -270, -210, -150, 210, 270, 330, 345, 390, 510, 525, 570, 630, 690, 765, 825,
    ];
    let hours = minutes / 60;
    minutes % 60 == 0 && (-12..=14).contains(&hours) || BESIDE_WHOLE_HOURS.contains(&minutes)
}

fn xmp(fields: &Fields<'_>, tag: &str, source: &str) -> Option<TakenRecord> {
    let text = fields.text(tag)?;
    let Some(mut stamp) = parse(&text) else {
        return coarse(&text).map(|local| stated(local, None, source));
    };
    if stamp.offset_minutes.is_none() && source == "xmp-exif:DateTimeOriginal" {
        stamp.offset_minutes = fields
            .text("Xmp.exif.OffsetTimeOriginal")
            .and_then(|text| parse_offset(&text));
    }
    Some(record(&stamp, source))
}

fn iptc(fields: &Fields<'_>, [date, time]: [&str; 2], source: &str) -> Option<TakenRecord> {
    let mut text = fields.text(&format!("Iptc.Application2.{date}"))?;
    if let Some(time) = fields.text(&format!("Iptc.Application2.{time}")) {
        text = format!("{text}T{time}");
    }
    let mut stamp = parse(&text)?;
    // exiv2 shows a time without offset as +00:00: the block itself tells, and without it that one says nothing.
    let dataset = if date == "DateCreated" { 60 } else { 63 };
    let stated = fields
        .iptc_block
        .is_some_and(|block| iptc::has_offset(block, dataset));
    stamp.offset_minutes = stamp.offset_minutes.filter(|minutes| *minutes != 0 || stated);
    Some(record(&stamp, source))
}

/// The time that a text states by itself.
pub(crate) fn of_text(text: &str, source: &str) -> Option<TakenRecord> {
    parse(text).map(|stamp| record(&stamp, source))
}

/// The time that a text states as mails do: `Fri, 14 Dec 2018 00:42:19 +0100` (RFC 1123, 5.2.14). The offset is taken
/// from digits and from what means UTC alone: other letters are UTC to the parser, and `-0000` says that none is known.
pub(crate) fn of_rfc_1123(text: &str, source: &str) -> Option<TakenRecord> {
    let text = text.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let time = parser.parse_zoned(text).ok()?;
    // What is no date in any other form is none in this one.
    let stated = of_text(&time.datetime().to_string(), source)?;
    let offset_minutes = match text.rsplit(' ').next()? {
        "GMT" | "UT" | "UTC" => Some(0),
        "-0000" => None,
        zone => parse_offset(zone),
    };
    Some(TakenRecord {
        offset_minutes,
        ..stated
    })
}

/// Whether a record's wall time is in the form of those that are made here.
pub(crate) fn is_stated(local: &str) -> bool {
    parse(local).is_some() || coarse(local).as_deref() == Some(local)
}

fn record(stamp: &Stamp, source: &str) -> TakenRecord {
    let (year, month, day) = stamp.date;
    let mut local = format!("{year:04}-{month:02}-{day:02}");
    if let Some((hour, minute, second)) = stamp.time {
        local.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
        if !stamp.decimals.is_empty() {
            local.push('.');
            local.push_str(&stamp.decimals);
        }
    }
    stated(local, stamp.offset_minutes, source)
}

fn stated(local: String, offset_minutes: Option<i16>, source: &str) -> TakenRecord {
    TakenRecord {
        local,
        offset_minutes,
        offset_source: None,
        source: source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_or_a_month_alone_is_a_date_of_xmp_and_goes_before_a_worse_source() {
        crate::extract::prepare().unwrap();
        let check = |properties: &str, expect: (&str, &str)| {
            let packet = format!(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' xmlns:exif='http://ns.adobe.com/exif/1.0/' \
                 xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreateDate='2021-03-04T05:06:07' {properties}/>\
                 </rdf:RDF></x:xmpmeta>"
            );
            let taken = crate::extract::facts(packet.as_bytes(), "xmp")
                .unwrap()
                .taken
                .unwrap();
            assert_eq!(
                (taken.local.as_str(), taken.source.as_str()),
                expect,
                "{properties}"
            );
        };
        let photoshop = "photoshop:DateCreated";
        check("photoshop:DateCreated='1974-06'", ("1974-06", photoshop));
        check("photoshop:DateCreated='1974'", ("1974", photoshop));
        check(
            "exif:DateTimeOriginal='1974:06'",
            ("1974-06", "xmp-exif:DateTimeOriginal"),
        );
        let other = ("2021-03-04T05:06:07", "xmp:CreateDate");
        for none in [
            "0000",
            "1974-13",
            "1974-00",
            "1974:00:00 00:00:00",
            "1974-06-",
            "19740",
            "1974 ",
        ] {
            let expect = if none == "1974 " {
                ("1974", photoshop)
            } else {
                other
            };
            check(&format!("photoshop:DateCreated='{none}'"), expect);
        }
    }

    #[test]
    fn the_zone_by_satellites_is_an_offset_near_by_that_a_zone_has_or_none() {
        let check = |local: &str, utc: &str, expect: Option<i16>| {
            assert_eq!(
                by_satellites(&parse(local).unwrap(), &parse(utc).unwrap()),
                expect,
                "{local} {utc}"
            );
        };
        check("2020:05:01 12:00:30", "2020:05:01 10:00:10", Some(120));
        check("2020:05:01 12:03:30", "2020:05:01 10:00:10", Some(120));
        check("2020:05:01 01:00:00", "2020:04:30 19:30:00", Some(330));
        check("2020:02:29 18:00:00", "2020:03:01 02:00:00", Some(-480));
        check("2020:05:01 12:00:00", "2020:05:01 12:02:00", Some(0));
        check("2020:05:01 12:08:00", "2020:05:01 10:00:00", None);
        check("2020:05:03 12:00:00", "2020:05:01 12:00:00", None);
        check("2020:05:01 12:45:00", "2020:05:01 11:00:00", None);
        check("2020:05:01 12:45:00", "2020:05:01 12:00:00", None);
        check("2020:05:01 12:30:00", "2020:05:01 12:00:00", None);
        check("2020:05:01 11:00:00", "2020:05:02 00:00:00", None);
        check("2020:05:01 17:45:00", "2020:05:01 12:03:00", Some(345));
        check("2020:05:02 02:00:00", "2020:05:01 12:00:00", Some(840));
        check("2020:05:01 08:30:00", "2020:05:01 12:00:00", Some(-210));
        check("2020:05:01", "2020:05:01 12:00:00", None);
    }
}
