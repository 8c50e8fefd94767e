//! Files as parameters: `@path`, or an object that also says how the file is called.
//!
//! A file is read into memory before anything is sent. Only `byte[]` parameters are looked at: elsewhere `@` is a letter like any
//! other.

use std::path::Path;

use opentop_runtime::__private::engine::encode::Parameter;
use opentop_runtime::File;
use opentop_runtime::Parameters;
use serde_json::Value;

/// What a gateway is told of a file by its name's ending; all others are `application/octet-stream`.
const MEDIA_TYPES: [(&str, &str); 14] = [
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// The file that a value names; it is not read yet. `null` names none.
pub(super) fn named(json: &str) -> Result<Option<File>, String> {
    let usage = || "this is a file: write @PATH, or {\"path\": …, \"name\": …, \"media_type\": …}".to_owned();
    match serde_json::from_str(json).map_err(|error| format!("this is not JSON: {error}"))? {
        Value::Null => Ok(None),
        Value::String(text) => {
            text.strip_prefix('@').filter(|path| !path.is_empty()).map(from_path).map(Some).ok_or_else(usage)
        }
        Value::Object(mut members) => {
            let mut text = |name: &str| match members.remove(name) {
                None => Ok(None),
                Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
                Some(_) => Err(format!("`{name}` is not a text: {}", usage())),
            };
            let (path, name, media_type) = (text("path")?.ok_or_else(usage)?, text("name")?, text("media_type")?);
            if let Some((other, _)) = members.into_iter().next() {
                return Err(format!("`{other}` says nothing of a file: {}", usage()));
            }
            let file = from_path(&path);
            let file = name.into_iter().fold(file, File::with_name);
            Ok(Some(media_type.into_iter().fold(file, File::with_media_type)))
        }
        _ => Err(usage()),
    }
}

fn from_path(path: &str) -> File {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let known = MEDIA_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending));
    let file = File::from_path(path);
    known.map_or(file.clone(), |(_, media_type)| file.with_media_type(*media_type))
}

/// The files of a call with their content, as its first parameters.
pub(super) fn read(files: Vec<(String, File)>) -> Result<Parameters, String> {
    let mut parameters = Parameters::default();
    for (name, file) in files {
        let path = file.path().map(|path| path.display().to_string()).unwrap_or_default();
        let file =
            file.load().map_err(|error| format!("the file of the parameter `{name}` cannot be read: {error}"))?;
        parameters.add_file(&name, file).map_err(|error| error.to_string())?;
        if sizes(&parameters).any(|(known, size)| known == name && size == 0) {
            return Err(format!("{name}: {path} is empty: name a file with content, or leave the parameter out"));
        }
    }
    Ok(parameters)
}

/// The files and how many bytes each has.
pub(super) fn sizes(parameters: &Parameters) -> impl Iterator<Item = (&str, usize)> {
    parameters.iter().filter_map(|(name, value)| match value {
        Parameter::File(file) => Some((name, file.bytes().map_or(0, |bytes| bytes.len()))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(json: &str) -> (String, String, String) {
        let file = named(json).unwrap().unwrap();
        (file.path().unwrap().display().to_string(), file.name().to_owned(), file.media_type().to_owned())
    }

    #[test]
    fn a_path_gives_the_name_and_its_ending_the_media_type() {
        for (json, path, name, media_type) in [
            (r#""@gift.png""#, "gift.png", "gift.png", "image/png"),
            (r#""@a/图片.JPG""#, "a/图片.JPG", "图片.JPG", "image/jpeg"),
            (r#""@@at""#, "@at", "@at", "application/octet-stream"),
            (r#"{"path": "a/b.txt"}"#, "a/b.txt", "b.txt", "text/plain"),
            (r#"{"path": "@b.bin", "name": "c.png"}"#, "@b.bin", "c.png", "application/octet-stream"),
            (r#"{"path": "b.png", "media_type": "image/x-own"}"#, "b.png", "b.png", "image/x-own"),
        ] {
            assert_eq!(shown(json), (path.to_owned(), name.to_owned(), media_type.to_owned()));
        }
        assert_eq!(named("null").unwrap(), None);
    }

    #[test]
    fn what_names_no_file_is_told_what_does() {
        for (json, expected) in [
            (r#""gift.png""#, "this is a file: write @PATH"),
            (r#""@""#, "this is a file: write @PATH"),
            ("7", "this is a file: write @PATH"),
            (r#"{"name": "a"}"#, "this is a file: write @PATH"),
            (r#"{"path": 7}"#, "`path` is not a text: this is a file"),
            (r#"{"path": "a", "mime": "b"}"#, "`mime` says nothing of a file: this is a file"),
        ] {
            let error = named(json).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn content_is_read_and_a_file_without_any_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let read_it = || read(vec![("photo".to_owned(), File::from_path(&path))]);
        assert!(read_it().unwrap_err().ends_with("a.bin: no such file: check the path"));
        std::fs::write(&path, "").unwrap();
        assert!(
            read_it().unwrap_err().ends_with("a.bin is empty: name a file with content, or leave the parameter out")
        );
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(sizes(&read_it().unwrap()).collect::<Vec<_>>(), [("photo", 3)]);
    }
}
