//! What stands around a core: the manifest that tells every later tool what was generated.

pub mod manifest;
