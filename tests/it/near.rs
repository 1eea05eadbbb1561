//! Near duplicates, from pictures on a disk to groups on every surface: re-encoded, resized, trimmed, cut at a corner, turned, and shots
//! of a burst, which distance tells apart.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use kphotos_tests::bus::Bus;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

/// A picture with ground, sky, discs and a texture, made from a number; `time` moves the discs.
fn scene(seed: u64, time: f64) -> DynamicImage {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let discs: Vec<[f64; 5]> = (0..40)
        .map(|_| [next(), next(), next() * 0.15, next(), next()])
        .collect();
    let (tilt, horizon) = (next() - 0.5, 0.3 + next() * 0.4);
    DynamicImage::ImageRgb8(RgbImage::from_fn(600, 400, |x, y| {
        let (x, y) = ((f64::from(x) + 0.5) / 600.0, (f64::from(y) + 0.5) / 400.0);
        let ground = f64::from(u8::from(y > horizon + tilt * (x - 0.5))) * 0.4 + 0.25 * y;
        let mut light = ground + 0.06 * ((x * 61.0).sin() * (y * 47.0).cos());
        for [cx, cy, radius, tone, speed] in &discs {
            if (x - cx - time * (speed - 0.3)).hypot(y - cy) < *radius {
                light = *tone;
            }
        }
        Rgb([light, light * 0.9, light * 0.8].map(|part| (part.clamp(0.0, 1.0) * 255.0) as u8))
    }))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.to_rgb8().write_with_encoder(encoder).unwrap();
    bytes
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF orientation: after the start of image, an APP1 with one tag.
fn oriented(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".as_slice(),
        &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &tiff, &jpeg[2..]].concat()
}

/// A library of pictures that are one, some that are not, and some that cannot be compared.
fn library() -> World {
    let world = World::with_arguments(&["--http", "127.0.0.1:0"]).unwrap();
    let put = |name: &str, bytes: Vec<u8>| fs::write(world.library().join(name), bytes).unwrap();
    let original = scene(7, 0.0);
    put("original.jpg", jpeg(&original, 95));
    put("encoded.jpg", jpeg(&original, 50));
    put(
        "small.png",
        png(&original.resize_exact(300, 200, FilterType::Triangle)),
    );
    put("trimmed.jpg", jpeg(&original.crop_imm(3, 2, 594, 396), 85));
    // A twentieth less at the upper left corner.
    put("cut.jpg", jpeg(&original.crop_imm(30, 20, 570, 380), 85));
    put("turned.jpg", jpeg(&original.rotate90(), 85));
    put(
        "mirrored.png",
        png(&original.fliph().resize_exact(450, 300, FilterType::Triangle)),
    );
    // Stored upside down, with the tag that says so.
    put("tagged.jpg", oriented(&jpeg(&original.rotate180(), 85), 3));
    put("burst 1.jpg", jpeg(&scene(8, 0.0), 90));
    put("burst 2.jpg", jpeg(&scene(8, 0.02), 90));
    put("burst 9.jpg", jpeg(&scene(8, 0.3), 90));
    put("stranger.jpg", jpeg(&scene(9, 0.0), 90));
    let black = RgbImage::from_pixel(300, 200, Rgb([0; 3]));
    put("black.jpg", jpeg(&DynamicImage::ImageRgb8(black.clone()), 90));
    put("black.png", png(&DynamicImage::ImageRgb8(black)));
    put("broken.png", png(&original)[..5000].to_vec());
    world
}

/// The groups: names and distances, the best first.
fn groups(list: &Value) -> Vec<Vec<(String, u64)>> {
    let photo = |photo: &Value| {
        (
            photo["name"].as_str().unwrap().to_owned(),
            photo["distance"].as_u64().unwrap(),
        )
    };
    let group = |item: &Value| item["photos"].as_array().unwrap().iter().map(photo).collect();
    list["items"].as_array().unwrap().iter().map(group).collect()
}

fn names(group: &[(String, u64)]) -> Vec<&str> {
    let mut names: Vec<&str> = group.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

const ONE: [&str; 8] = [
    "cut.jpg",
    "encoded.jpg",
    "mirrored.png",
    "original.jpg",
    "small.png",
    "tagged.jpg",
    "trimmed.jpg",
    "turned.jpg",
];

#[test]
fn pictures_that_look_alike_are_one_group_on_every_surface_and_a_burst_is_told_apart_by_distance() {
    skip_unless!(skip::fuse());
    let mut world = library();
    let before = world.start_on_originals(PATIENCE);
    let jobs = world.json(&["job", "list", "--all"]);
    let near = jobs["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|job| job["kind"] == "near")
        .unwrap();
    assert_eq!(near["state"], "done", "{near}");
    assert_eq!(
        near["message"], "12 pictures looked at, 2 too even to compare, 1 could not be decoded",
        "{near}"
    );

    let list = world.json(&["duplicates", "--near"]);
    let by_size: BTreeMap<usize, Vec<(String, u64)>> = groups(&list)
        .into_iter()
        .map(|group| (group.len(), group))
        .collect();
    assert_eq!(list["total"], 2, "{list}");
    let one = &by_size[&8];
    assert_eq!(names(one), ONE);
    assert_eq!(one[0].0, "original.jpg", "most pixels, most bytes: {one:?}");
    let distance: BTreeMap<&str, u64> = one.iter().map(|(name, far)| (name.as_str(), *far)).collect();
    for (name, most) in [
        ("encoded.jpg", 10),
        ("small.png", 10),
        ("tagged.jpg", 10),
        ("turned.jpg", 10),
        ("mirrored.png", 10),
        ("trimmed.jpg", 23),
        ("cut.jpg", 17),
    ] {
        assert!(distance[name] <= most, "{name}: {distance:?}");
    }
    assert!(distance["cut.jpg"] >= 7, "as trimmed ones are: {distance:?}");
    let burst = &by_size[&2];
    assert_eq!(names(burst), ["burst 1.jpg", "burst 2.jpg"]);
    let shots = burst[0].1;
    assert!(shots > 0, "{burst:?}");
    let nearer = world.json(&["duplicates", &format!("--near={}", shots - 1)]);
    assert!(
        groups(&nearer)
            .iter()
            .all(|group| !names(group).contains(&"burst 1.jpg")),
        "{nearer}"
    );

    let paths = world.kphotos(&["duplicates", "--near", "--extra"]).ok().stdout;
    let mut extra: Vec<&str> = paths
        .lines()
        .map(|path| path.rsplit('/').next().unwrap())
        .collect();
    extra.sort_unstable();
    assert_eq!(extra.len(), 8, "{paths}");
    assert!(
        !extra.contains(&"original.jpg") && extra.contains(&"small.png"),
        "{paths}"
    );
    let said = world.kphotos(&["duplicates", "--near", "name:burst"]).ok().stdout;
    assert!(
        said.starts_with("2 photos\n") && said.contains("600x400"),
        "{said}"
    );
    assert_eq!(said.matches("photos\n").count(), 1, "{said}");

    let http = world.http();
    assert_eq!(http.document("/api/v1/duplicates/near"), list);
    let burst = http.document(&format!(
        "/api/v1/duplicates/near?query=name%3Aburst&distance={shots}"
    ));
    assert_eq!(burst["total"], 1, "{burst}");
    http.get("/api/v1/duplicates/near?distance=36")
        .refused(400, "invalid");
    before.assert_unchanged(world.library());
}

#[test]
fn what_was_looked_at_is_kept_over_a_restart_and_made_again_where_the_cache_is_lost() {
    skip_unless!(skip::fuse());
    let mut world = library();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let list = world.json(&["duplicates", "--near"]);
    let near_jobs = |world: &World| {
        let jobs = world.json(&["job", "list", "--all"]);
        let jobs = jobs["items"].as_array().unwrap().clone();
        jobs.into_iter().filter(|job| job["kind"] == "near").count()
    };
    assert_eq!(near_jobs(&world), 1);
    world.restart().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(near_jobs(&world), 1, "nothing new to look at");
    assert_eq!(world.json(&["duplicates", "--near"]), list);

    // A photo that comes, one that goes, and one that becomes another.
    let third = scene(9, 0.0).resize_exact(200, 133, FilterType::Triangle);
    fs::write(world.library().join("like the stranger.png"), png(&third)).unwrap();
    fs::remove_file(world.library().join("turned.jpg")).unwrap();
    fs::write(world.library().join("encoded.jpg"), jpeg(&scene(11, 0.0), 90)).unwrap();
    let _ = world.kphotos(&["library", "scan", "1", "--wait"]).ok();
    world.wait_idle(PATIENCE);
    let now = world.json(&["duplicates", "--near"]);
    let mut sizes: Vec<usize> = groups(&now).iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 2, 6], "{now}");

    world.stop().unwrap();
    fs::remove_dir_all(world.path("cache")).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(world.json(&["duplicates", "--near"]), now);
    // A person who starts the job has what could not be decoded tried again.
    let started = world.kphotos(&["job", "start", "near", "library"]).ok().stdout;
    assert!(started.contains("near"), "{started}");
    world.wait_idle(PATIENCE);
    let jobs = world.json(&["job", "list", "--all"]);
    let last = jobs["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|job| job["kind"] == "near");
    let last = last.max_by_key(|job| job["id"].as_u64()).unwrap();
    let message = last["message"].as_str().unwrap();
    assert!(message.contains("1 could not be decoded"), "{last}");
}

/// Waits until a near job is like this; events wake it.
#[track_caller]
fn until(world: &World, wanted: impl Fn(&Value) -> bool) -> Value {
    let bus = Bus::connect(&world.socket()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut after = 0u64;
    while Instant::now() < deadline {
        let reply = bus.call("Processing", "Watch", &(after, 5_000u64)).unwrap();
        let (next, text): (u64, String) = reply.body().deserialize().unwrap();
        after = next;
        let list: Value = serde_json::from_str(&text).unwrap();
        let mut near = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|job| job["kind"] == "near");
        if let Some(job) = near.find(|job| wanted(job)) {
            return job.clone();
        }
    }
    panic!("no near job is so: {}", world.json(&["job", "list", "--all"]));
}

/// Field 19 of proc_pid_stat(5), the third being the first after the name.
fn nice(stat: &str) -> Option<String> {
    Some(
        fs::read_to_string(stat)
            .ok()?
            .rsplit(") ")
            .next()?
            .split(' ')
            .nth(16)?
            .to_owned(),
    )
}

#[test]
fn pictures_are_looked_at_with_what_is_to_spare_and_the_job_is_held_and_goes_on_where_it_was() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let small = jpeg(&scene(3, 0.0).resize_exact(200, 150, FilterType::Triangle), 85);
    let count = 400u16;
    for number in 0..count {
        // Another content, the same picture.
        let bytes = [&small[..], &number.to_be_bytes()].concat();
        fs::write(world.library().join(format!("{number}.jpg")), bytes).unwrap();
    }
    world.start().unwrap();
    let running = until(&world, |job| {
        job["state"] == "running" && job["done"].as_u64() > Some(0)
    });
    assert_eq!(
        (&running["priority"], &running["total"]),
        (&"low".into(), &count.into())
    );
    let workers = world.processes("kphotos-worker");
    let behind = workers
        .iter()
        .filter(|id| nice(&format!("/proc/{id}/stat")).as_deref() == Some("19"));
    assert!(behind.count() > 0, "{workers:?} are as urgent as all");
    let id = running["id"].to_string();
    let _ = world.kphotos(&["job", "pause", &id]).ok();
    world.wait_idle(PATIENCE);
    let empty = world.json(&["duplicates", "--near"]);
    assert_eq!(empty["total"], 0, "not compared yet: {empty}");
    // What was looked at is kept over a crash.
    world.kill9().unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(world.json(&["job", "show", &id])["state"], "paused");
    let _ = world.kphotos(&["job", "resume", &id]).ok();
    let resumed = until(&world, |job| job["state"] == "running" && !job["total"].is_null());
    assert!(resumed["total"].as_u64().unwrap() < u64::from(count), "{resumed}");
    assert!(world.stop().unwrap().success());
}

#[test]
fn who_does_not_want_pictures_looked_at_asks_for_it() {
    skip_unless!(skip::fuse());
    let mut world = library();
    world.spare_pictures().unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let list = world.json(&["job", "list", "--all"]);
    assert!(
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|job| job["kind"] != "near"),
        "{list}"
    );
    assert_eq!(world.json(&["duplicates", "--near"])["total"], 0);
    let _ = world.kphotos(&["job", "start", "near", "1"]).ok();
    world.wait_idle(PATIENCE);
    assert_eq!(world.json(&["duplicates", "--near"])["total"], 2);
}
