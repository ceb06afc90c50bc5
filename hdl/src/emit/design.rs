//! All files of a circuit.

use super::{EmitError, add, multiply, owned};
use crate::expr::Rom;
use crate::module::Module;
use gainstage_golden::export::write_mem;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of a design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the design's directory, such as `rtl/squarer.v`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Rom {
    /// Its file in a generated directory.
    pub fn file(&self) -> SourceFile {
        SourceFile {
            path: format!("rtl/{}", self.file_name()),
            text: write_mem(&self.raw_words(), self.width()),
        }
    }
}

/// A top module with everything below it.
#[derive(Clone, Debug)]
pub struct Design {
    /// The outermost module.
    pub top: Arc<Module>,
}

impl Design {
    /// The design of a module.
    pub fn new(top: Arc<Module>) -> Design {
        Design { top }
    }

    /// Every file: one per module, children first, each once; then one per table. The same design gives the same
    /// bytes.
    ///
    /// # Errors
    /// Two different modules or tables of one name; a failed check of the generator.
    pub fn files(&self) -> Result<Vec<SourceFile>, EmitError> {
        let mut walk = Walk { top: self.top.name().to_owned(), ..Walk::default() };
        walk.visit(&self.top)?;
        let tables = walk.tables.iter().map(|rom| rom.file());
        let modules = walk
            .modules
            .iter()
            .map(|(m, text)| SourceFile { path: format!("rtl/{}.v", m.name()), text: text.clone() });
        Ok(modules.chain(walk.fixed).chain(tables).collect())
    }

    /// Writes [`Design::files`] below a directory, which is made; returns their paths.
    ///
    /// # Errors
    /// As [`Design::files`], before anything is written; then what the file system refuses.
    pub fn write(&self, dir: &Path) -> Result<Vec<PathBuf>, EmitError> {
        let files = self.files()?;
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |source| EmitError::Io { path, source }
        };
        let rtl = dir.join("rtl");
        std::fs::create_dir_all(&rtl).map_err(io(&rtl))?;
        let write = |file: &SourceFile| {
            let path = dir.join(&file.path);
            std::fs::write(&path, &file.text).map_err(io(&path))?;
            Ok(path)
        };
        files.iter().map(write).collect()
    }

    /// Every module once, children before parents.
    ///
    /// # Errors
    /// As [`Design::files`].
    pub fn modules(&self) -> Result<Vec<Arc<Module>>, EmitError> {
        let mut walk = Walk { top: self.top.name().to_owned(), ..Walk::default() };
        walk.visit(&self.top)?;
        Ok(walk.modules.into_iter().map(|(m, _)| m).collect())
    }
}

/// Modules and tables found so far.
#[derive(Default)]
struct Walk {
    /// The design's name, which its copies of shared modules carry.
    top: String,
    modules: Vec<(Arc<Module>, String)>,
    /// Position in `modules` by name; file systems may not tell cases apart.
    by_name: HashMap<String, usize>,
    tables: Vec<Arc<Rom>>,
    tables_by_name: HashMap<String, usize>,
    /// Files that are, but for their names, the same in every design.
    fixed: Vec<SourceFile>,
}

impl Walk {
    fn visit(&mut self, m: &Arc<Module>) -> Result<(), EmitError> {
        let key = m.name().to_lowercase();
        let known = self.by_name.get(&key).map(|&i| &self.modules[i]);
        if known.is_some_and(|(k, _)| Arc::ptr_eq(k, m)) {
            return Ok(());
        }
        let known = known.map(|(_, text)| text.clone());
        m.children().try_for_each(|c| self.visit(c))?;
        m.roms().try_for_each(|r| self.table(r))?;
        for file in multiply::source(m).into_iter().chain(add::source(m)) {
            let file = SourceFile { path: owned(&self.top, &file.path), text: owned(&self.top, &file.text) };
            if !self.fixed.contains(&file) {
                self.fixed.push(file);
            }
        }
        gainstage_golden::watch::check();
        let text = owned(&self.top, &m.verilog()?);
        match known {
            Some(known) if known == text => Ok(()),
            Some(_) => Err(EmitError::NameClash { what: "module", name: m.name().to_owned() }),
            // A child may have taken the name meanwhile.
            None if self.by_name.contains_key(&key) => {
                Err(EmitError::NameClash { what: "module", name: m.name().to_owned() })
            }
            None => {
                self.by_name.insert(key, self.modules.len());
                self.modules.push((m.clone(), text));
                Ok(())
            }
        }
    }

    fn table(&mut self, rom: &Arc<Rom>) -> Result<(), EmitError> {
        let key = rom.file_name().to_lowercase();
        match self.tables_by_name.get(&key).map(|&i| &self.tables[i]) {
            None => {
                self.tables_by_name.insert(key, self.tables.len());
                self.tables.push(rom.clone());
                Ok(())
            }
            // The file holds words of a width: both must give the same bytes.
            Some(k) if k.raw_words() == rom.raw_words() && k.width() == rom.width() => Ok(()),
            Some(_) => Err(EmitError::NameClash { what: "table", name: rom.name.clone() }),
        }
    }
}
