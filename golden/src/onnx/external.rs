//! Tensors whose elements are in another file beside the model.

use super::error::{Fault, quoted};
use super::proto::TensorProto;
use super::tensor::MOST_ELEMENTS;
use crate::document::{MOST, read};
use bytes::Bytes;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// The files beside a model, each read once, and how many elements all tensors of the model may still have.
#[derive(Debug)]
pub(super) struct Beside {
    directory: PathBuf,
    files: HashMap<PathBuf, Bytes>,
    left: usize,
}

/// Where the elements of a tensor are.
#[derive(Default)]
struct Place {
    location: String,
    offset: u64,
    length: Option<u64>,
}

impl Beside {
    /// The files of a directory.
    pub fn new(directory: &Path) -> Beside {
        Beside { directory: directory.into(), files: HashMap::new(), left: MOST_ELEMENTS }
    }

    /// Counts the elements of one more tensor.
    ///
    /// # Errors
    /// More elements than all tensors together may have.
    pub fn count(&mut self, elements: usize) -> Result<(), Fault> {
        let left = self.left.checked_sub(elements).ok_or_else(|| Fault::Size {
            what: "the number of weights".into(),
            value: (MOST_ELEMENTS - self.left) as u128 + elements as u128,
            most: MOST_ELEMENTS as u64,
        });
        self.left = left?;
        Ok(())
    }

    /// The elements of a tensor in another file; `expected` is how many bytes they are.
    ///
    /// # Errors
    /// A name that leads out of the directory, a file that cannot be read, or a part of it that does not exist.
    pub fn read(&mut self, tensor: &TensorProto, name: &str, expected: usize) -> Result<Bytes, Fault> {
        let fault = |problem: String| Fault::Tensor {
            tensor: quoted(name),
            problem,
            help: "put the file with the weights beside the model, or export the model into one file",
        };
        let mut place = Place::default();
        for entry in &tensor.external_data {
            let number = || entry.value.parse().map_err(|_| fault(format!("its {} is no number", entry.key)));
            match entry.key.as_str() {
                "location" => place.location.clone_from(&entry.value),
                "offset" => place.offset = number()?,
                "length" => place.length = Some(number()?),
                _ => {}
            }
        }
        self.part(&place, expected).map_err(fault)
    }

    /// The bytes at a place.
    fn part(&mut self, place: &Place, expected: usize) -> Result<Bytes, String> {
        let content = self.file(&place.location)?;
        let length = place.length.unwrap_or(expected as u64);
        let end = place.offset.checked_add(length).and_then(|end| usize::try_from(end).ok());
        let start = usize::try_from(place.offset).ok();
        match (start, end) {
            (Some(start), Some(end)) if end <= content.len() => Ok(content.slice(start..end)),
            _ => Err(format!(
                "{} has {} bytes, but those from {} on, {length} of them, are asked for",
                quoted(&place.location),
                content.len(),
                place.offset
            )),
        }
    }

    /// The content of a file; all files together are no larger than one may be.
    fn file(&mut self, location: &str) -> Result<Bytes, String> {
        let path = inside(&self.directory, location)?;
        if let Some(content) = self.files.get(&path) {
            return Ok(content.clone());
        }
        let before: u64 = self.files.values().map(|f| f.len() as u64).sum();
        let content =
            read(&path, MOST.saturating_sub(before)).map_err(|e| format!("{}: {e}", quoted(location)))?;
        let content = Bytes::from(content);
        self.files.insert(path, content.clone());
        Ok(content)
    }
}

/// The file of a name, if it lies in the directory and no link leads out of it.
fn inside(directory: &Path, location: &str) -> Result<PathBuf, String> {
    let named = Path::new(location);
    let plain = named.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if location.is_empty() || !plain {
        return Err(format!(
            "its elements are in {}, which is not in the model's directory",
            quoted(location)
        ));
    }
    let io = |e: std::io::Error| format!("{}: {e}", quoted(location));
    let home = directory.canonicalize().map_err(io)?;
    let file = home.join(named).canonicalize().map_err(io)?;
    if file.starts_with(&home) {
        return Ok(file);
    }
    Err(format!("{} is a link that leads out of the model's directory", quoted(location)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::proto::StringStringEntry;

    fn tensor(pairs: &[(&str, &str)]) -> TensorProto {
        let entry =
            |(key, value): &(&str, &str)| StringStringEntry { key: (*key).into(), value: (*value).into() };
        TensorProto { external_data: pairs.iter().map(entry).collect(), ..Default::default() }
    }

    #[test]
    fn only_files_of_the_directory_are_read() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = dir.path().join("model");
        std::fs::create_dir(&home).expect("made");
        std::fs::write(home.join("w.bin"), b"0123456789").expect("written");
        std::fs::write(dir.path().join("secret"), b"secret").expect("written");
        std::os::unix::fs::symlink("../secret", home.join("link")).expect("linked");
        std::os::unix::fs::symlink("..", home.join("up")).expect("linked");
        let get = |pairs: &[(&str, &str)]| Beside::new(&home).read(&tensor(pairs), "w", 4);
        assert_eq!(&get(&[("location", "w.bin"), ("offset", "2")]).expect("read")[..], b"2345");
        assert_eq!(&get(&[("location", "./w.bin"), ("length", "1")]).expect("read")[..], b"0");
        let absolute = dir.path().join("secret");
        let absolute = absolute.to_str().expect("text");
        for away in ["../secret", absolute, "link", "up/secret", "", "a/../w.bin", "missing"] {
            let text = get(&[("location", away)]).expect_err("refused").to_string();
            assert!(text.contains("put the file with the weights beside the model"), "{text}");
        }
        for (offset, length) in [("8", "4"), ("18446744073709551615", "4"), ("x", "1"), ("0", "99999999999")]
        {
            assert!(get(&[("location", "w.bin"), ("offset", offset), ("length", length)]).is_err());
        }
    }
}
