//! What organization refuses.

use super::path::PathError;
use super::people::FaceId;
use super::query::QueryError;
use crate::kernel::{AssetId, ErrorCode};

/// A refusal of organization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationError {
    /// A text that is no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No such tag.
    #[error("there is no tag `{path}`; `kphotos tag list` lists them")]
    NoTag {
        /// What was named.
        path: String,
    },
    /// No such album.
    #[error("there is no album `{path}`; `kphotos album create` makes one, `kphotos album list` lists them")]
    NoAlbum {
        /// What was named.
        path: String,
    },
    /// The album exists.
    #[error("there is an album `{path}` already")]
    AlbumExists {
        /// What was named.
        path: String,
    },
    /// Another tag is called so.
    #[error("there is a tag `{path}` already; `kphotos tag merge {tag} {path}` makes the two one")]
    TagExists {
        /// The one that is there.
        path: String,
        /// The one that was to be called so.
        tag: String,
    },
    /// A word stands for another tag.
    #[error("`{word}` stands for the tag `{of}`; `kphotos tag synonym remove {of} {word}` frees it")]
    IsSynonym {
        /// The word.
        word: String,
        /// What it stands for.
        of: String,
    },
    /// A word does not stand for a tag.
    #[error("`{word}` is no synonym of `{tag}`; `kphotos tag synonym list {tag}` lists them")]
    NoSynonym {
        /// The word.
        word: String,
        /// The tag.
        tag: String,
    },
    /// A name with a slash.
    #[error("`{name}` is no name: it has a slash; rename takes the new name alone, move puts it elsewhere")]
    SlashInName {
        /// What was given.
        name: String,
    },
    /// Something would come below itself.
    #[error("`{tag}` cannot come into `{into}`, which is or lies below it")]
    BelowItself {
        /// What was to move.
        tag: String,
        /// Where to.
        into: String,
    },
    /// Something has others below it.
    #[error("`{path}` has {count} {what} below it; -r deletes them too")]
    HasChildren {
        /// What was to go.
        path: String,
        /// What is below it.
        what: &'static str,
        /// How many.
        count: usize,
    },
    /// A tag is to be given and taken at once.
    #[error("`{path}` is to be given and taken away at once: name it on one side")]
    GivenAndTaken {
        /// What was named.
        path: String,
    },
    /// No such person.
    #[error("there is no person `{name}`; `kphotos people list` lists them")]
    NoPerson {
        /// Who was named.
        name: String,
    },
    /// Another person is called so.
    #[error(
        "there is a person `{name}` already; `kphotos people merge \"{person}\" \"{name}\"` makes the two one"
    )]
    PersonExists {
        /// Who is there.
        name: String,
        /// Who was to be called so.
        person: String,
    },
    /// A name stands for another person.
    #[error(
        "by `{word}` files mean the person `{of}`, who was called so; choose another name, or `kphotos people merge \"{person}\" \"{of}\"` makes the two one"
    )]
    IsPersonWord {
        /// The name.
        word: String,
        /// For whom it stands.
        of: String,
        /// Who was to be called so.
        person: String,
    },
    /// A text or numbers that are no box.
    #[error(
        "`{text}` is no box in a picture: give X,Y,W,H, centre, width and height as parts of the stored picture from 0 to 1, as 0.5,0.4,0.1,0.2"
    )]
    NoBox {
        /// What was given.
        text: String,
    },
    /// A text that is no kind of face.
    #[error("`{text}` is no type of a face: give Face, Pet, Focus or BarCode")]
    NoFaceKind {
        /// What was given.
        text: String,
    },
    /// No such face.
    #[error("photo {asset} has no face {face}; `kphotos face list {asset}` lists them")]
    NoFace {
        /// Which photo.
        asset: AssetId,
        /// Which face was named.
        face: FaceId,
    },
    /// A name for what is nobody.
    #[error("face {face} is a {kind}, which is nobody: only a Face or a Pet has a name")]
    NotSomebody {
        /// Which face.
        face: FaceId,
        /// What it is.
        kind: &'static str,
    },
    /// A face of the file was to be removed.
    #[error("face {face} of photo {asset} is the file's own: `kphotos face reject {asset} {face}` hides it")]
    FaceIsOfFile {
        /// Which photo.
        asset: AssetId,
        /// Which face.
        face: FaceId,
    },
    /// A face that was added was to be rejected.
    #[error(
        "face {face} of photo {asset} was added by hand: `kphotos face remove {asset} {face}` takes it away"
    )]
    FaceIsAdded {
        /// Which photo.
        asset: AssetId,
        /// Which face.
        face: FaceId,
    },
    /// No number is left for a face.
    #[error("photo {asset} has as many faces as can be; remove one first")]
    TooManyFaces {
        /// Which photo.
        asset: AssetId,
    },
    /// No such asset.
    #[error("there is no asset {asset}; `kphotos search` lists those there are")]
    NoAsset {
        /// The number given.
        asset: AssetId,
    },
    /// A text that cannot be a collection's name.
    #[error("`{name}` is no name for a collection: {why}")]
    BadName {
        /// What was given.
        name: String,
        /// What is wrong with it, and how to mend it.
        why: String,
    },
    /// No such collection.
    #[error("there is no collection `{name}`; `kphotos collection list` lists them")]
    NoCollection {
        /// What was named.
        name: String,
    },
    /// The collection exists.
    #[error("there is a collection `{name}` already; `kphotos collection update {name}` changes it")]
    CollectionExists {
        /// What was named.
        name: String,
    },
    /// An album stands on a collection.
    #[error(
        "the album `{album}` stands on the collection `{name}`, which cannot be deleted; `kphotos album bind {album} --none` frees it"
    )]
    CollectionInUse {
        /// The collection.
        name: String,
        /// The album.
        album: String,
    },
    /// An album stands, or would, on a collection that asks for albums.
    #[error("no album can stand on the collection `{name}`: it asks for `album:`, and would refer to itself")]
    CollectionOfAlbums {
        /// The collection.
        name: String,
    },
    /// More collections than numbers.
    #[error("there were {limit} collections already, and no number is left for another")]
    TooManyCollections {
        /// How many there can be.
        limit: u32,
    },
    /// A query that could come to depend on itself.
    #[error("{whose} cannot ask for `{what}`: it could come to refer to itself; name what it should find")]
    SelfReference {
        /// `a collection`, `the query of an album`.
        whose: &'static str,
        /// What it asks for.
        what: &'static str,
    },
    /// A query that does not read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The folder is in no library.
    #[error("`{what}` is no folder of a library; `kphotos library scan` looks for new ones")]
    NoFolder {
        /// What was named.
        what: String,
    },
    /// A plain album has nothing to be excluded from.
    #[error(
        "`{path}` has no rule that could find them; `kphotos album remove {path}` takes photos out of a plain album"
    )]
    NoRule {
        /// The album.
        path: String,
    },
    /// A photo that is not in the album.
    #[error("asset {asset} is not in `{path}`; `kphotos album show {path}` lists what is")]
    NotInAlbum {
        /// Which.
        asset: AssetId,
        /// The album.
        path: String,
    },
    /// Photos are to be placed beside one of themselves.
    #[error("asset {asset} cannot be placed beside itself; name another photo")]
    PlacedAtItself {
        /// Which.
        asset: AssetId,
    },
    /// Nothing to work on.
    #[error("no photo was named")]
    NoAssets,
}

impl OrganizationError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Path(_)
            | Self::BadName { .. }
            | Self::GivenAndTaken { .. }
            | Self::NoAssets
            | Self::PlacedAtItself { .. }
            | Self::SelfReference { .. }
            | Self::SlashInName { .. }
            | Self::NoBox { .. }
            | Self::NoFaceKind { .. }
            | Self::NotSomebody { .. } => ErrorCode::Invalid,
            Self::Query(error) => error.code(),
            Self::NoTag { .. }
            | Self::NoAlbum { .. }
            | Self::NoAsset { .. }
            | Self::NoCollection { .. }
            | Self::NoFolder { .. }
            | Self::NotInAlbum { .. }
            | Self::NoSynonym { .. }
            | Self::NoPerson { .. }
            | Self::NoFace { .. } => ErrorCode::NotFound,
            Self::AlbumExists { .. }
            | Self::CollectionExists { .. }
            | Self::TagExists { .. }
            | Self::PersonExists { .. } => ErrorCode::AlreadyExists,
            Self::IsSynonym { .. }
            | Self::IsPersonWord { .. }
            | Self::FaceIsOfFile { .. }
            | Self::FaceIsAdded { .. }
            | Self::TooManyFaces { .. }
            | Self::BelowItself { .. }
            | Self::CollectionInUse { .. }
            | Self::CollectionOfAlbums { .. }
            | Self::NoRule { .. }
            | Self::HasChildren { .. } => ErrorCode::Conflict,
            Self::TooManyCollections { .. } => ErrorCode::Unsupported,
        }
    }
}
