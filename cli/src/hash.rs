//! Hashes of content: 128 bits that tell texts apart. No defence against intent.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// The hash of some bytes.
pub(crate) fn of(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// What [`of_file`] reads into.
pub(crate) fn buffer() -> Vec<u8> {
    vec![0; 1 << 16]
}

/// The hash of a file's bytes.
pub(crate) fn of_file(path: &Path, buffer: &mut [u8]) -> io::Result<u128> {
    let mut file = File::open(path)?;
    let mut filled = 0;
    let mut long = None;
    loop {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled == buffer.len() {
            long.get_or_insert_with(Xxh3::new).update(buffer);
            filled = 0;
        }
    }
    Ok(long.map_or_else(
        || of(&buffer[..filled]),
        |mut long| {
            long.update(&buffer[..filled]);
            long.digest128()
        },
    ))
}

/// The hash of several texts, told apart from any other way to cut them.
#[derive(Default)]
pub(crate) struct Texts(Xxh3);

impl Texts {
    /// Adds a text.
    pub(crate) fn add(&mut self, text: &str) -> &mut Self {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// The hash of what was added.
    pub(crate) fn finish(&self) -> u128 {
        self.0.digest128()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Texts, buffer, of, of_file};

    #[test]
    fn a_file_has_the_hash_of_its_bytes_whatever_its_length() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let whole: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
        for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            std::fs::write(file.path(), &whole[..length]).unwrap();
            assert_eq!(of_file(file.path(), &mut buffer()).unwrap(), of(&whole[..length]), "{length}");
        }
    }

    #[test]
    fn texts_are_told_apart_by_where_they_are_cut() {
        let of = |texts: &[&str]| {
            let mut hash = Texts::default();
            for text in texts {
                hash.add(text);
            }
            hash.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ab", ""]));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    }
}
