//! Lines of a CSV file, whatever program wrote it, and the fields in them.

use super::super::CsvProblem;
use encoding_rs::WINDOWS_1252;
use encoding_rs_io::DecodeReaderBytesBuilder;
use memchr::{memchr, memchr2};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

/// No line of samples is longer; a file without line ends must not fill the memory.
pub(super) const MAX_LINE: u64 = 1 << 20;

/// No field has more line ends: a quote that nothing closes must not swallow the file.
const MAX_QUOTED: u64 = 100;

/// The file's bytes as UTF-8: a byte order mark is taken off, and UTF-16 that begins with one is decoded.
pub(super) fn decoded(text: impl Read) -> impl BufRead {
    let decoder = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(text);
    BufReader::with_capacity(1 << 18, decoder)
}

/// The lines of a text that are not blank, with their numbers. A line end between double quotes does not end a line.
pub(super) struct Lines<R> {
    text: R,
    /// The number of the line last given, from 1.
    pub(super) number: u64,
    /// Lines read.
    read: u64,
    bytes: Vec<u8>,
    /// The character between fields; known with the first line.
    pub(super) separator: char,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(text: R) -> Lines<R> {
        Lines { text, number: 0, read: 0, bytes: Vec::new(), separator: ',' }
    }

    /// The header: it decides about the separator.
    pub(super) fn header(&mut self) -> Result<Option<Vec<String>>, CsvProblem> {
        // The separator decides where quotes open, and the other way round: a first line that ends inside them is rare.
        let mut first = self.next()?.map(|(_, line)| line.into_owned());
        let told = first.as_deref().and_then(told_separator);
        if told.is_some() {
            first = self.next()?.map(|(_, line)| line.into_owned());
        }
        let Some(line) = first else { return Ok(None) };
        if line.trim_start().starts_with('#') {
            return Err(CsvProblem::Comment);
        }
        let separator = told.unwrap_or_else(|| separator_of(&line));
        let names = fields(&line, separator).map(Cow::into_owned).collect();
        self.separator = separator;
        Ok(Some(names))
    }

    /// The next line that is not blank, and its number. Bytes that are not UTF-8 are read as Windows-1252, which
    /// spreadsheets write.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Cow<'_, str>)>, CsvProblem> {
        loop {
            self.bytes.clear();
            self.number = self.read + 1;
            if !self.append()? {
                return Ok(None);
            }
            while memchr(b'"', &self.bytes).is_some() && is_open(&text(&self.bytes), self.separator) {
                if self.read - self.number >= MAX_QUOTED || !self.append()? {
                    return Err(CsvProblem::OpenQuote);
                }
            }
            if !self.is_blank() {
                return Ok(Some((self.number, text(&self.bytes))));
            }
        }
    }

    /// Whether nothing stands in the line. Spreadsheets write lines of separators alone below the last sample.
    fn is_blank(&self) -> bool {
        let separator = self.separator;
        let nothing = |c: char| c.is_whitespace() || (c == separator && separator != ',');
        // Nearly all lines begin with a digit: only the others are decoded for this.
        let plain = self.bytes.first().is_some_and(|&b| b.is_ascii() && !nothing(char::from(b)));
        !plain && text(&self.bytes).chars().all(nothing)
    }

    /// Reads one more line end; false behind the last one.
    fn append(&mut self) -> Result<bool, CsvProblem> {
        let before = self.bytes.len();
        let most = MAX_LINE + 1 - before as u64;
        let read = self.text.by_ref().take(most).read_until(b'\n', &mut self.bytes)?;
        self.read += u64::from(read > 0);
        if self.bytes.len() as u64 > MAX_LINE {
            return Err(if before > 0 { CsvProblem::OpenQuote } else { CsvProblem::LongLine(MAX_LINE) });
        }
        let line = &self.bytes[before..];
        let inner = line.strip_suffix(b"\n").unwrap_or(line);
        let inner = inner.strip_suffix(b"\r").unwrap_or(inner);
        match memchr2(0, b'\r', inner) {
            None => Ok(read > 0),
            Some(at) if memchr(0, &inner[at..]).is_some() => Err(CsvProblem::ZeroByte),
            Some(_) => Err(CsvProblem::CarriageReturn),
        }
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes)
        .map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// The separator that a first line such as `sep=;` tells a spreadsheet.
fn told_separator(line: &str) -> Option<char> {
    let told = line.trim_end_matches(['\r', '\n']).strip_prefix("sep=")?.parse().ok()?;
    [',', ';', '\t', '|'].contains(&told).then_some(told)
}

/// The character that most often stands between the fields of a header.
fn separator_of(header: &str) -> char {
    let count = |separator| fields(header, separator).count();
    // Of equals the first counts: `max_by_key` would take the last.
    [';', '\t', '|'].into_iter().fold(',', |best, s| if count(s) > count(best) { s } else { best })
}

/// The fields of a line, without blanks and double quotes around them.
pub(super) fn fields(line: &str, separator: char) -> Fields<'_> {
    Fields { rest: Some(line), separator }
}

/// See [`fields`].
pub(super) struct Fields<'a> {
    rest: Option<&'a str>,
    separator: char,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest.take()?;
        // Nearly all fields begin with a digit: they are neither quoted nor behind blanks.
        let plain = rest.as_bytes().first().is_some_and(|&b| b > b' ' && b != b'"');
        if let Some((field, after)) = if plain { None } else { quoted(rest, self.separator) } {
            self.rest = after;
            let field = field.trim();
            return Some(match field.contains("\"\"") {
                true => Cow::Owned(field.replace("\"\"", "\"")),
                false => Cow::Borrowed(field),
            });
        }
        let (field, after) = match split(rest, self.separator) {
            Some((field, after)) => (field, Some(after)),
            None => (rest, None),
        };
        self.rest = after;
        Some(Cow::Borrowed(trimmed(field)))
    }
}

/// The text before and behind the first separator, which is a character of ASCII.
fn split(text: &str, separator: char) -> Option<(&str, &str)> {
    let at = memchr(separator as u8, text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

/// A field without blanks around it: nearly all have none.
fn trimmed(field: &str) -> &str {
    match field.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => field,
        _ => field.trim(),
    }
}

/// The memory of the fields of a line, for those of the next.
pub(super) fn emptied(mut row: Vec<Cow<'_, str>>) -> Vec<Cow<'static, str>> {
    row.clear();
    // What is empty can take any lifetime, and is collected where it stands.
    row.into_iter().map(|_| Cow::Borrowed("")).collect()
}

/// A field between double quotes, and what stands behind the next separator; none if the line begins otherwise.
fn quoted(line: &str, separator: char) -> Option<(&str, Option<&str>)> {
    let blank = |c: char| c.is_whitespace() && c != separator;
    let inner = line.trim_start_matches(blank).strip_prefix('"')?;
    let (field, after) = inner.split_at(closing(inner)?);
    let after = after[1..].trim_start_matches(blank);
    match after.strip_prefix(separator) {
        Some(rest) => Some((field, Some(rest))),
        // Text behind the closing quote: the quotes belong to the field.
        None => after.is_empty().then_some((field, None)),
    }
}

/// The byte of the quote that closes; doubled ones do not.
fn closing(inner: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += inner[at..].find('"')?;
        if !inner[at + 1..].starts_with('"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether the line ends inside a field that a double quote opened.
fn is_open(line: &str, separator: char) -> bool {
    let mut fields = fields(line, separator);
    loop {
        let before = fields.rest.unwrap_or("");
        let blank = |c: char| c.is_whitespace() && c != separator;
        let inner = before.trim_start_matches(blank).strip_prefix('"');
        if inner.is_some_and(|inner| closing(inner).is_none()) {
            return true;
        }
        if fields.next().is_none() {
            return false;
        }
    }
}
