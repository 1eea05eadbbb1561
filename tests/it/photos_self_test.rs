//! The generated photos say what they were told to say; the judge is exiftool.
//!
//! Values that come back here may be demanded of the program under test. What exiftool does not look at, the
//! picture itself, is checked to differ from photo to photo.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use kphotos_tests::photos::{self, Photo, RawKind};
use kphotos_tests::{skip, skip_unless, workspace};
use serde_json::Value;

/// What exiftool reads from every file below `dir`, by path below it.
fn read_all(exiftool: &Path, dir: &Path) -> BTreeMap<String, Value> {
    let mut command = Command::new(exiftool);
    command.args([
        "-json",
        "-n",
        "-G1",
        "-r",
        "-a",
        "-struct",
        "-validate",
        "-warning",
        "-error",
        "-all",
    ]);
    command.args(["-ext", "*", "."]).current_dir(dir);
    let output = command.output().unwrap();
    let records: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let name = |record: &Value| {
        record["SourceFile"]
            .as_str()
            .unwrap()
            .trim_start_matches("./")
            .to_owned()
    };
    records
        .into_iter()
        .map(|record| (name(&record), record))
        .collect()
}

/// A number, or the text of one, which is how exiftool writes what looks like neither.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[track_caller]
fn same_number(record: &Value, field: &str, expected: Option<f64>) {
    let found = number(&record[field]);
    let close = match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-6_f64.max(expected.abs() * 1e-6),
        (found, expected) => found == expected,
    };
    assert!(
        close,
        "{}: {field} is {found:?}, not {expected:?}",
        record["SourceFile"]
    );
}

#[track_caller]
fn same_text(record: &Value, field: &str, expected: Option<String>) {
    // exiftool gives texts that look like numbers as numbers.
    let value = Some(&record[field]).filter(|value| !value.is_null());
    let found = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    assert_eq!(found, expected, "{}: {field}", record["SourceFile"]);
}

#[track_caller]
fn same_metadata(photo: &Photo, record: &Value) {
    same_text(record, "IFD0:Make", Some(photo.make.clone()));
    same_text(record, "IFD0:Model", Some(photo.model.clone()));
    same_text(record, "IFD0:ImageDescription", photo.description.clone());
    same_number(record, "IFD0:Orientation", Some(f64::from(photo.orientation)));
    same_text(record, "ExifIFD:LensModel", photo.lens.clone());
    let taken = photo
        .taken
        .map(|taken| taken.strftime("%Y:%m:%d %H:%M:%S").to_string());
    same_text(record, "ExifIFD:DateTimeOriginal", taken);
    same_text(
        record,
        "ExifIFD:OffsetTimeOriginal",
        photo.offset_minutes.map(photos::offset_text),
    );
    same_number(
        record,
        "ExifIFD:SubSecTimeOriginal",
        photo.taken_ms.map(f64::from),
    );
    same_number(
        record,
        "ExifIFD:ExposureTime",
        Some(f64::from(photo.exposure.0) / f64::from(photo.exposure.1)),
    );
    same_number(
        record,
        "ExifIFD:FNumber",
        Some(f64::from(photo.f_number_tenths) / 10.0),
    );
    same_number(record, "ExifIFD:ISO", Some(f64::from(photo.iso)));
    same_number(record, "ExifIFD:FocalLength", Some(f64::from(photo.focal_mm)));
    same_number(
        record,
        "Composite:GPSLatitude",
        photo.place.map(|place| place.latitude),
    );
    same_number(
        record,
        "Composite:GPSLongitude",
        photo.place.map(|place| place.longitude),
    );
    same_number(
        record,
        "Composite:GPSAltitude",
        photo.place.and_then(|place| place.altitude),
    );
    same_text(record, "XMP-dc:Title", photo.title.clone());
    same_number(record, "XMP-xmp:Rating", photo.rating.map(f64::from));
    let paths: Vec<_> = photo.tags.iter().map(String::as_str).collect();
    let levels: Vec<_> = paths.iter().map(|tag| tag.rsplit('/').next().unwrap()).collect();
    assert_eq!(list(&record["XMP-digiKam:TagsList"]), paths);
    assert_eq!(list(&record["XMP-dc:Subject"]), levels);
    assert_eq!(record["ExifTool:Error"], Value::Null, "{}", record["SourceFile"]);
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map(|items| items.iter().map(|item| item.as_str().unwrap()).collect())
        .unwrap_or_default()
}

#[test]
fn every_value_of_a_jpeg_comes_back() {
    let exiftool = skip_unless!(skip::program("exiftool"));
    let dir = tempfile::tempdir().unwrap();
    for n in 0..120 {
        Photo::numbered(n)
            .write_to(dir.path(), format!("{n}.jpg"))
            .unwrap();
    }
    let records = read_all(&exiftool, dir.path());
    assert_eq!(records.len(), 120);
    for n in 0..120 {
        let record = &records[&format!("{n}.jpg")];
        same_metadata(&Photo::numbered(n), record);
        same_text(record, "File:MIMEType", Some("image/jpeg".to_owned()));
        same_number(record, "File:ImageWidth", Some(f64::from(Photo::SIZE.0)));
        same_number(record, "File:ImageHeight", Some(f64::from(Photo::SIZE.1)));
        assert_eq!(record["ExifTool:Warning"], Value::Null, "{n}");
    }
}

#[test]
fn every_value_of_a_raw_file_comes_back() {
    let exiftool = skip_unless!(skip::program("exiftool"));
    let dir = tempfile::tempdir().unwrap();
    let kinds = [
        (RawKind::Cr2, "image/x-canon-cr2"),
        (RawKind::Nef, "image/x-nikon-nef"),
        (RawKind::Dng, "image/x-adobe-dng"),
    ];
    for (kind, _) in kinds {
        for n in 0..30 {
            let name = format!("{n}.{}", kind.extension());
            Photo::numbered(n).write_raw_to(dir.path(), name, kind).unwrap();
        }
    }
    let records = read_all(&exiftool, dir.path());
    assert_eq!(records.len(), 90);
    for (kind, mime) in kinds {
        for n in 0..30 {
            let record = &records[&format!("{n}.{}", kind.extension())];
            same_metadata(&Photo::numbered(n), record);
            same_text(record, "File:MIMEType", Some(mime.to_owned()));
        }
    }
}

#[test]
fn no_two_photos_are_equal_and_none_changes() {
    let pictures: BTreeSet<_> = (0..5000)
        .map(|n| blake3::hash(&Photo::numbered(n).bytes()).to_hex())
        .collect();
    assert_eq!(pictures.len(), 5000);
    assert_eq!(Photo::numbered(42).bytes(), Photo::numbered(42).bytes());
    // The picture alone: what follows the last table.
    let scan = |photo: Photo| {
        let bytes = photo.bytes();
        let start = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
        bytes[start..].to_vec()
    };
    let pictures: BTreeSet<_> = (0..5000).map(|n| scan(Photo::numbered(n))).collect();
    assert_eq!(pictures.len(), 5000, "the pictures differ, not only the metadata");
    assert_eq!(
        scan(Photo::numbered(9)),
        scan(Photo::numbered(9).undated().tagged(&["x"]))
    );
}

#[test]
fn numbered_photos_cover_twenty_years_and_every_case() {
    let photos: Vec<_> = (0..1000).map(Photo::numbered).collect();
    let years: BTreeSet<_> = photos
        .iter()
        .filter_map(|photo| Some(photo.taken?.year()))
        .collect();
    assert_eq!(
        years.into_iter().collect::<Vec<_>>(),
        (2004..2024).collect::<Vec<_>>()
    );
    let orientations: BTreeSet<_> = photos.iter().map(|photo| photo.orientation).collect();
    assert_eq!(
        orientations.into_iter().collect::<Vec<_>>(),
        (1..=8).collect::<Vec<_>>()
    );
    let some = |case: fn(&Photo) -> bool| {
        let n_with = photos.iter().filter(|photo| case(photo)).count();
        assert!((100..=900).contains(&n_with), "{n_with}");
    };
    some(|photo| photo.offset_minutes.is_some());
    some(|photo| photo.taken_ms.is_some());
    some(|photo| photo.place.is_some());
    some(|photo| photo.rating.is_some());
    some(|photo| photo.description.is_some());
    some(|photo| photo.lens.is_none());
}

#[test]
fn a_library_repeats_names_in_other_folders_with_other_content() {
    let dir = tempfile::tempdir().unwrap();
    let library = photos::library(dir.path(), 1000, 3).unwrap();
    let paths: BTreeSet<_> = (0..1000).map(|n| library.relative_path(n)).collect();
    assert_eq!(paths.len(), 1000, "no path twice");
    let names: BTreeSet<_> = paths.iter().map(|path| path.file_name().unwrap()).collect();
    assert!(names.len() < 400, "{} names", names.len());
    assert_eq!(library.relative_path(0), Path::new("2004/2004-01/IMG_0001.JPG"));
    assert_eq!(library.relative_path(3), Path::new("2004/2004-02/IMG_0001.JPG"));
    assert_eq!(
        library.relative_path(720),
        Path::new("2004/2004-01 part 2/IMG_0241.JPG")
    );
    for n in [0, 1, 500, 999] {
        let photo = library.photo(n);
        assert_eq!(fs::read(library.path(n)).unwrap(), photo.bytes());
        let month = photo.taken.unwrap().strftime("%Y/%Y-%m").to_string();
        assert!(
            library.relative_path(n).starts_with(month) || n >= 720,
            "{n} lies in its month"
        );
    }
}

#[test]
fn a_camera_counter_starts_again_after_9999() {
    let library = photos::Library {
        root: Path::new("/").into(),
        count: 100_000,
        files_per_folder: 2000,
    };
    let paths: BTreeSet<_> = (0..100_000).map(|n| library.relative_path(n)).collect();
    assert_eq!(paths.len(), 100_000);
    assert!(
        paths
            .iter()
            .all(|path| path.as_os_str().len() == "2004/2004-01/IMG_0001.JPG".len())
    );
    let large = photos::Library {
        root: Path::new("/").into(),
        count: 50_000,
        files_per_folder: 50_000,
    };
    let names: BTreeSet<_> = (0..50_000).map(|n| large.relative_path(n)).collect();
    assert_eq!(names.len(), 50_000, "one folder of 50,000 has no name twice");
}

#[test]
fn fixtures_are_what_the_generator_makes() {
    let dir = workspace::root().join("tests/fixtures");
    let mut size = 0;
    for (name, bytes) in photos::fixtures() {
        let found = fs::read(dir.join(name)).unwrap_or_default();
        assert!(
            found == bytes,
            "{name} differs: cargo run -p kphotos-tests --example make_fixtures"
        );
        size += bytes.len();
    }
    assert!(size < 200_000, "{size} bytes");
}

#[test]
fn fixtures_are_understood_by_another_program() {
    let exiftool = skip_unless!(skip::program("exiftool"));
    let records = read_all(&exiftool, &workspace::root().join("tests/fixtures"));
    let everything = &records["everything.jpg"];
    same_text(
        everything,
        "IFD0:ImageDescription",
        Some("Grüße aus Sydney".to_owned()),
    );
    same_text(everything, "XMP-dc:Title", Some("Opera & <harbour>".to_owned()));
    same_number(everything, "Composite:GPSLatitude", Some(-33.8568));
    same_number(everything, "Composite:GPSAltitude", Some(-3.5));
    same_text(
        everything,
        "ExifIFD:OffsetTimeOriginal",
        Some("+02:00".to_owned()),
    );
    same_text(
        &records["sidecar/IMG_0008.JPG.xmp"],
        "XMP-dc:Title",
        Some("From the sidecar".to_owned()),
    );
    same_text(
        &records["pair/IMG_0005.CR2"],
        "File:FileType",
        Some("CR2".to_owned()),
    );
}
