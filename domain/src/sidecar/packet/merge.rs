//! A real sidecar with what people changed.
//!
//! What is replaced is replaced whole: of a date, say, each property that tells it.
//! What other programs know besides of the same thing, and would contradict, goes
//! too: ratings and lists of tags of ACDSee and Windows, of digiKam and darktable
//! the colours (which are then written as the new label is, where it is a colour).

use super::content::SidecarContent;
use super::properties::{KINDS, ListKind, Properties};
use super::regions::{self, RegionForm};
use crate::kernel::name::fold;
use crate::organization::FaceBox;
use std::ops::Range;

/// A property of the outermost level that is known here, found in a sidecar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its namespace.
    pub namespace: Box<str>,
    /// Its name there.
    pub name: Box<str>,
    /// From where to where it reaches, the blanks before it included.
    pub range: Range<usize>,
    /// What kind of list it has, if it has one.
    pub list: Option<ListKind>,
}

/// A region of the picture in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// From where to where it reaches, the blanks before it included.
    pub range: Range<usize>,
    /// The rectangle, if it is one in the picture.
    pub at: Option<FaceBox>,
    /// What it says it is.
    pub kind: Option<Box<str>>,
    /// Who is there.
    pub name: Option<Box<str>>,
    /// Where alone that is written.
    pub name_at: Option<Range<usize>>,
}

/// A list of regions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionList {
    /// In which form.
    pub form: RegionForm,
    /// Where its last one ends.
    pub end: usize,
    /// The regions.
    pub regions: Vec<Region>,
}

/// Where a real sidecar says what, in bytes of its text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Anatomy {
    /// What is replaced by properties that are put in; empty where nothing has to go.
    pub at_end: Range<usize>,
    /// What comes before those.
    pub open: Box<str>,
    /// What comes after those.
    pub close: Box<str>,
    /// The resource that it describes.
    pub about: Box<str>,
    /// Whether the prefix `rdf` is not RDF's in it.
    pub declares_rdf: bool,
    /// The properties that are known here.
    pub properties: Vec<Found>,
    /// Its lists of regions.
    pub regions: Vec<RegionList>,
    /// Its tags, as a reader understands all its lists.
    pub tags: Vec<Vec<Box<str>>>,
    /// Whom it names.
    pub people: Vec<Box<str>>,
}

/// A change of a text.
pub(super) struct Edit {
    range: Range<usize>,
    text: String,
}

impl Edit {
    pub(super) fn cut(range: &Range<usize>) -> Self {
        Self::put(range, String::new())
    }

    pub(super) fn put(range: &Range<usize>, text: String) -> Self {
        Self {
            range: range.clone(),
            text,
        }
    }
}

/// Names in one namespace.
type Names = (&'static str, &'static [&'static str]);

const DC: &str = "http://purl.org/dc/elements/1.1/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const TIFF: &str = "http://ns.adobe.com/tiff/1.0/";
const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const DIGIKAM: &str = "http://www.digikam.org/ns/1.0/";
const LIGHTROOM: &str = "http://ns.adobe.com/lightroom/1.0/";
const MICROSOFT: &str = "http://ns.microsoft.com/photo/1.0/";
const MEDIAPRO: &str = "http://ns.iview-multimedia.com/mediapro/1.0/";
const ACDSEE: &str = "http://ns.acdsee.com/iptc/1.0/";
const KEYWORDS: &str = "http://www.metadataworkinggroup.com/schemas/keywords/";
const DARKTABLE: &str = "http://darktable.sf.net/";
const MWG: &str = "http://www.metadataworkinggroup.com/schemas/regions/";
const MP: &str = "http://ns.microsoft.com/photo/1.2/";
const REGIONS_OF_ACDSEE: &str = "http://ns.acdsee.com/regions/";
const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

const TITLE: &[Names] = &[(DC, &["title"])];
const DESCRIPTION: &[Names] = &[
    (DC, &["description"]),
    (TIFF, &["ImageDescription"]),
    (ACDSEE, &["notes"]),
    (EXIF, &["UserComment"]),
];
const RATING: &[Names] = &[
    (XMP, &["Rating"]),
    (ACDSEE, &["rating"]),
    (MICROSOFT, &["Rating"]),
];
const LABEL: &[Names] = &[
    (XMP, &["Label"]),
    (DIGIKAM, &["ColorLabel"]),
    (DARKTABLE, &["colorlabels"]),
];
const ORIENTATION: &[Names] = &[(TIFF, &["Orientation"])];
const TAKEN: &[Names] = &[
    (
        EXIF,
        &[
            "DateTimeOriginal",
            "OffsetTimeOriginal",
            "SubSecTimeOriginal",
            "DateTimeDigitized",
        ],
    ),
    (PHOTOSHOP, &["DateCreated"]),
    (XMP, &["CreateDate"]),
];
const LOCATION: &[Names] = &[(
    EXIF,
    &[
        "GPSLatitude",
        "GPSLongitude",
        "GPSAltitude",
        "GPSAltitudeRef",
        "GPSLatitudeRef",
        "GPSLongitudeRef",
    ],
)];
const TAGS: &[Names] = &[
    (DIGIKAM, &["TagsList"]),
    (LIGHTROOM, &["hierarchicalSubject", "HierarchicalSubject"]),
    (DC, &["subject"]),
    (MICROSOFT, &["LastKeywordXMP"]),
    (MEDIAPRO, &["CatalogSets"]),
    (ACDSEE, &["categories"]),
    (KEYWORDS, &["Keywords"]),
];
const PEOPLE: &[Names] = &[
    (IPTC, &["PersonInImage", "PersonInImageWDetails"]),
    (MEDIAPRO, &["People"]),
    (REGIONS_OF_ACDSEE, &["Regions"]),
];
const REGIONS: [(RegionForm, &[Names]); 2] = [
    (RegionForm::Mwg, &[(MWG, &["Regions"])]),
    (RegionForm::Microsoft, &[(MP, &["RegionInfo"])]),
];

/// The text of a real sidecar with what people changed. `is_read`: the content is
/// what this very text says, below the edits; else other words are not looked at.
#[must_use]
pub fn merged(text: &str, anatomy: &Anatomy, content: &SidecarContent, is_read: bool) -> String {
    let mut merge = Merge {
        anatomy,
        content,
        edits: Vec::new(),
        new: Properties::default(),
    };
    merge.fields();
    merge.faces_and_tags(is_read);
    let Merge { mut edits, new, .. } = merge;
    if let Some(block) = new.described(&anatomy.about, anatomy.declares_rdf) {
        let Anatomy { open, close, .. } = anatomy;
        let block = block.trim_end();
        edits.push(Edit::put(&anatomy.at_end, format!("{open}{block}{close}")));
    }
    apply(text, edits)
}

struct Merge<'a> {
    anatomy: &'a Anatomy,
    content: &'a SidecarContent,
    edits: Vec<Edit>,
    new: Properties,
}

impl Merge<'_> {
    /// Cuts these properties; whether any was there.
    fn cut(&mut self, what: &[Names]) -> bool {
        let before = self.edits.len();
        let is = |found: &&Found| {
            what.iter()
                .any(|(namespace, names)| *namespace == &*found.namespace && names.contains(&&*found.name))
        };
        let ranges = self
            .anatomy
            .properties
            .iter()
            .filter(is)
            .map(|found| &found.range);
        self.edits.extend(ranges.map(Edit::cut));
        self.edits.len() > before
    }

    fn fields(&mut self) {
        let content = self.content;
        if content.title.is_edited {
            self.cut(TITLE);
            self.new.title(content.title.value.as_deref());
        }
        if content.description.is_edited {
            self.cut(DESCRIPTION);
            self.new.description(content.description.value.as_deref());
        }
        if content.rating.is_edited {
            self.cut(RATING);
            self.new.rating(content.rating.value);
        }
        if content.label.is_edited {
            let colours = (
                self.has(DIGIKAM, "ColorLabel"),
                self.has(DARKTABLE, "colorlabels"),
            );
            self.cut(LABEL);
            let label = content.label.value.as_deref();
            self.new.label(label);
            self.colours(label, colours);
        }
        if content.orientation.is_edited {
            self.cut(ORIENTATION);
            self.new.orientation(content.orientation.value);
        }
        if content.taken.is_edited {
            self.cut(TAKEN);
            self.new.taken(content.taken.value.as_ref());
        }
        if content.location.is_edited {
            self.cut(LOCATION);
            self.new.location(content.location.value.as_ref());
        }
    }

    /// The label as the numbers that digiKam and darktable had for one.
    fn colours(&mut self, label: Option<&str>, (digikam, darktable): (bool, bool)) {
        let place = |colours: &[&str]| {
            let is = |colour: &&str| label.is_some_and(|label| colour.eq_ignore_ascii_case(label));
            colours.iter().position(is)
        };
        let of_digikam = [
            "None", "Red", "Orange", "Yellow", "Green", "Blue", "Magenta", "Gray", "Black", "White",
        ];
        if let Some(number) = place(&of_digikam).filter(|_| digikam) {
            self.new.text("digiKam:ColorLabel", &number.to_string());
        }
        let of_darktable = ["Red", "Yellow", "Green", "Blue", "Purple"];
        if let Some(number) = place(&of_darktable).filter(|_| darktable) {
            self.new.line(&format!(
                "<darktable:colorlabels><rdf:Seq><rdf:li>{number}</rdf:li></rdf:Seq></darktable:colorlabels>"
            ));
        }
    }

    fn faces_and_tags(&mut self, is_read: bool) {
        let content = self.content;
        let (tags, people) = if is_read {
            self.other_words()
        } else {
            (false, false)
        };
        let has_new_people = content.faces.is_edited || people;
        if has_new_people {
            self.faces();
        }
        if content.tags.is_edited || has_new_people || tags {
            let kind = |namespace, name, usual| self.list_kind(namespace, name).unwrap_or(usual);
            let [tree, hierarchy, flat] = KINDS;
            let kinds = [
                kind(DIGIKAM, "TagsList", tree),
                kind(LIGHTROOM, "hierarchicalSubject", hierarchy),
                kind(DC, "subject", flat),
            ];
            self.cut(TAGS);
            self.new.tags(content, kinds);
        }
    }

    /// Whether tags, and people, are called otherwise here than in the sidecar.
    fn other_words(&self) -> (bool, bool) {
        let key = |path: &[Box<str>]| path.iter().map(|name| fold(name)).collect::<Vec<_>>();
        let keys = |paths: &[Vec<Box<str>>]| {
            let mut keys: Vec<_> = paths.iter().map(|path| key(path)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let tags = keys(&self.anatomy.tags) != keys(&self.content.tags_meant);
        let named: Vec<String> = self.anatomy.people.iter().map(|name| fold(name)).collect();
        let mut words = self.content.people.iter().flat_map(|person| &person.words);
        let people = words.any(|word| named.contains(&fold(word)));
        (tags, people)
    }

    fn faces(&mut self) {
        let content = self.content;
        self.cut(PEOPLE);
        self.new.people(content);
        let faces: Vec<_> = content.faces.value.iter().collect();
        for (form, property) in REGIONS {
            let list = self.anatomy.regions.iter().find(|list| list.form == form);
            if let Some(list) = list {
                if !regions::put_into(list, content, &mut self.edits) {
                    self.cut(property);
                }
                continue;
            }
            self.cut(property);
            match form {
                RegionForm::Mwg => regions::put_mwg(&mut self.new, &faces, content.size),
                RegionForm::Microsoft => regions::put_microsoft(&mut self.new, &faces),
            }
        }
    }

    fn find(&self, namespace: &str, name: &str) -> Option<&Found> {
        let is = |found: &&Found| *found.namespace == *namespace && *found.name == *name;
        self.anatomy.properties.iter().find(is)
    }

    fn has(&self, namespace: &str, name: &str) -> bool {
        self.find(namespace, name).is_some()
    }

    fn list_kind(&self, namespace: &str, name: &str) -> Option<ListKind> {
        self.find(namespace, name)?.list
    }
}

/// The text after these edits. What reaches into what went before, or out of the
/// text, or into a letter, is left out: whoever said so was wrong.
fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { range, text: new } in edits {
        let Some(kept) = text.get(at..range.start) else {
            continue;
        };
        if text.get(range.clone()).is_none() {
            continue;
        }
        out.push_str(kept);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
