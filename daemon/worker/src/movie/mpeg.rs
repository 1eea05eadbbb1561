//! MPEG's streams: transport streams, as of camcorders and television (`.ts`, `.mts`, `.m2ts`), and program streams (`.mpg`).
//!
//! A transport stream is packets of 188 bytes, on Blu-ray and camcorders each behind a time stamp of 4 (ISO/IEC 13818-1,
//! 2.4). Its tables say which packets are the picture's; their start says size, and a camcorder's date and maker
//! ([`super::h26x`]). The duration is the clock's last stamp less its first. Of a program stream the size is read,
//! where its first bytes have it.
//!
//! The start and the end of the file are looked at, [`MAX_PACKETS`] each. It refuses packets without their mark.

use super::h26x::{self, Coding};
use crate::movie::bmff::u16_at;
use crate::protocol::FactsRecord;

/// Packets looked at from either end: some two megabytes.
const MAX_PACKETS: usize = 12_000;
/// As much of a picture stream as has its headers.
const MAX_STREAM_BYTES: usize = 256 << 10;
/// Where a program stream's first picture begins.
const MAX_PROGRAM_BYTES: usize = 64 << 10;
const PACKET: usize = 188;
/// Ticks a second, and when the clock starts anew.
const CLOCK_HERTZ: u64 = 90_000;
const CLOCK_END: u64 = 1 << 33;

/// Reads a stream; `None` if these bytes are none.
pub(super) fn read(bytes: &[u8]) -> Option<FactsRecord> {
    if bytes.starts_with(&[0, 0, 1, 0xba]) {
        let start = bytes.get(..MAX_PROGRAM_BYTES).unwrap_or(bytes);
        return Some(FactsRecord {
            mime: Some("video/mpeg".to_owned()),
            ..h26x::read(Coding::Mpeg2, start)
        });
    }
    let sync =
        |first: usize, step: usize| (0..4).all(|packet| bytes.get(first + packet * step) == Some(&0x47));
    let (skip, step) = if sync(0, PACKET) {
        (0, PACKET)
    } else if sync(4, PACKET + 4) {
        (4, PACKET + 4)
    } else {
        return None;
    };
    let bytes = bytes.get(skip..)?;
    let mut tables = Tables::default();
    for packet in packets(bytes, step) {
        tables.add(&packet);
        if tables.stream.len() >= MAX_STREAM_BYTES {
            break;
        }
    }
    let facts = tables
        .picture
        .map(|(coding, _)| h26x::read(coding, &tables.stream));
    Some(FactsRecord {
        mime: Some("video/mp2t".to_owned()),
        duration_ms: duration(bytes, step),
        ..facts.unwrap_or_default()
    })
}

/// A packet's stream, whether something begins in it, its clock stamp and what it carries.
struct Packet<'a> {
    stream: u16,
    begins: bool,
    clock: Option<u64>,
    body: &'a [u8],
}

fn packets(bytes: &[u8], step: usize) -> impl Iterator<Item = Packet<'_>> {
    bytes.chunks(step).take(MAX_PACKETS).filter_map(packet)
}

fn packet(bytes: &[u8]) -> Option<Packet<'_>> {
    let packet = bytes.get(..PACKET)?;
    let [0x47, high, low, control] = *packet.first_chunk()? else {
        return None;
    };
    let mut body = packet.get(4..)?;
    let mut clock = None;
    if control & 0x20 != 0 {
        let length = usize::from(*body.first()?);
        let field = body.get(1..=length)?;
        if field.first().is_some_and(|flags| flags & 0x10 != 0) {
            let stamp = field.get(1..6)?;
            clock = Some(stamp.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)) >> 7);
        }
        body = body.get(1 + length..)?;
    }
    if control & 0x10 == 0 {
        body = &[];
    }
    Some(Packet {
        stream: u16::from_be_bytes([high & 0x1f, low]),
        begins: high & 0x40 != 0,
        clock,
        body,
    })
}

/// What the tables say, and the picture's stream.
#[derive(Default)]
struct Tables {
    /// The stream that the map of the first program is in.
    map: Option<u16>,
    /// The picture's coding and stream.
    picture: Option<(Coding, u16)>,
    stream: Vec<u8>,
}

impl Tables {
    fn add(&mut self, packet: &Packet<'_>) {
        if packet.stream == 0 && packet.begins && self.map.is_none() {
            self.map = section(packet.body, 0).and_then(programs);
        } else if self.map == Some(packet.stream) && packet.begins && self.picture.is_none() {
            self.picture = section(packet.body, 2).and_then(pictures);
        } else if let Some((_, stream)) = self.picture
            && stream == packet.stream
        {
            let body = if packet.begins {
                elementary(packet.body)
            } else {
                packet.body
            };
            self.stream.extend(body);
        }
    }
}

/// A table within one packet, from behind its length to before its check sum.
fn section(body: &[u8], table: u8) -> Option<&[u8]> {
    let body = body.get(1 + usize::from(*body.first()?)..)?;
    if *body.first()? != table {
        return None;
    }
    let length = usize::from(u16_at(body, 1)? & 0x0fff);
    body.get(3..(3 + length).checked_sub(4)?)
}

/// The map's stream of the first program that is none of the network's (2.4.4.3).
fn programs(table: &[u8]) -> Option<u16> {
    let mut programs = table.get(5..)?.chunks_exact(4);
    let program = programs.find(|program| !program.starts_with(&[0, 0]))?;
    Some(u16_at(program, 2)? & 0x1fff)
}

/// The first stream of pictures in a known coding (2.4.4.8).
fn pictures(table: &[u8]) -> Option<(Coding, u16)> {
    let skip = usize::from(u16_at(table, 7)? & 0x0fff);
    let mut rest = table.get(9 + skip..)?;
    loop {
        let stream = u16_at(rest, 1)? & 0x1fff;
        match rest.first()? {
            0x01 | 0x02 => return Some((Coding::Mpeg2, stream)),
            0x1b => return Some((Coding::H264, stream)),
            0x24 => return Some((Coding::Hevc, stream)),
            _ => rest = rest.get(5 + usize::from(u16_at(rest, 3)? & 0x0fff)..)?,
        }
    }
}

/// What is behind the header of a packet of the stream itself (2.4.3.7).
fn elementary(body: &[u8]) -> &[u8] {
    let header = body.get(8).map_or(0, |length| 9 + usize::from(*length));
    let marked = body.starts_with(&[0, 0, 1]);
    body.get(if marked { header } else { 0 }..).unwrap_or_default()
}

/// Milliseconds between the first stamp of a clock and its last; `None` where there is but one.
fn duration(bytes: &[u8], step: usize) -> Option<u64> {
    let stamp = |packet: Packet<'_>| packet.clock.map(|clock| (packet.stream, clock));
    let (stream, first) = packets(bytes, step).find_map(stamp)?;
    let whole = bytes.len() / step * step;
    let tail = whole.saturating_sub(MAX_PACKETS * step);
    let own = |(other, clock): (u16, u64)| (other == stream).then_some(clock);
    let last = packets(bytes.get(tail..)?, step)
        .filter_map(stamp)
        .filter_map(own)
        .last()?;
    let ticks = (last + CLOCK_END - first) % CLOCK_END;
    // Half the clock's round is 13 hours: more is a clock that was set back.
    (ticks > 0 && ticks < CLOCK_END / 2).then(|| ticks * 1000 / CLOCK_HERTZ)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(stream: u16, begins: bool, clock: Option<u64>, body: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x47];
        packet.extend((stream | if begins { 0x4000 } else { 0 }).to_be_bytes());
        packet.push(0x30);
        let room = PACKET - 4 - 1 - body.len();
        packet.push(u8::try_from(room).unwrap());
        let mut field = match clock {
            Some(clock) => [&[0x10][..], &(clock << 7).to_be_bytes()[3..], &[0]].concat(),
            None => vec![0],
        };
        field.resize(room, 0xff);
        packet.extend(field);
        packet.extend(body);
        assert_eq!(packet.len(), PACKET);
        packet
    }

    /// Tables, a picture in MPEG-2 of 720 by 576, and clock stamps at either end.
    fn stream(first: u64, last: u64) -> Vec<u8> {
        let programs = b"\0\0\xb0\x11\0\x01\xc1\0\0\0\0\xe0\x10\0\x01\xe1\0crc!";
        let map = b"\0\x02\xb0\x17\0\x01\xc1\0\0\xf0\x01\xf0\0\x81\xe2\0\xf0\0\x02\xe3\0\xf0\0crc!";
        let picture = b"\0\0\x01\xe0\0\0\x80\0\0\0\0\x01\xb3\x2d\x02\x40\x33";
        [
            packet(0, true, None, programs),
            packet(0x100, true, None, map),
            packet(0x300, true, Some(first), picture),
            packet(0x200, true, Some(5), b""),
            packet(0x300, false, Some(last), b"\0\0\x01\0"),
        ]
        .concat()
    }

    #[test]
    fn size_and_duration_are_read_of_packets_of_either_length() {
        let check = |bytes: &[u8], duration: Option<u64>| {
            let facts = read(bytes).unwrap();
            assert_eq!((facts.width, facts.height), (Some(720), Some(576)));
            assert_eq!(facts.duration_ms, duration);
            for end in 0..bytes.len() {
                let _ = read(&bytes[..end]);
            }
        };
        check(&stream(90_000, 270_000), Some(2_000));
        check(&stream(CLOCK_END - 90_000, 90_000), Some(2_000));
        check(&stream(90_000, 90_000), None);
        check(&stream(90_000, 0), None);
        let stamped: Vec<u8> = stream(0, 90)
            .chunks(PACKET)
            .flat_map(|packet| [b"time", packet].concat())
            .collect();
        check(&stamped, Some(1));
    }

    #[test]
    fn a_program_stream_tells_its_size() {
        let file = [
            &[0, 0, 1, 0xba][..],
            &[0x44; 10],
            &[0, 0, 1, 0xb3, 0x16, 0x01, 0x20],
        ]
        .concat();
        let facts = read(&file).unwrap();
        assert_eq!((facts.width, facts.height), (Some(352), Some(288)));
        assert_eq!(facts.mime.as_deref(), Some("video/mpeg"));
        assert!(read(b"\0\0\x01\xb3").is_none());
    }
}
