//! The memory that a file would take, counted before anything is decoded.
//!
//! A hostile file describes an empty node in two bytes, which take some hundred in memory. So the fields are counted
//! first, over the same messages that the decoder reads.

use super::error::Fault;

/// The most memory that the decoded messages may take.
const MOST: u64 = 1 << 29;

/// A message of the format, as far as its fields differ in what they take.
#[derive(Clone, Copy)]
enum Message {
    /// A whole file.
    Model,
    /// The graph.
    Graph,
    /// A node.
    Node,
    /// A parameter of a node.
    Attribute,
    /// A tensor.
    Tensor,
    /// Types, shapes and pairs of texts, which nest no deeper than their levels.
    Small(u8),
}

/// What a field with a length holds.
enum Field {
    /// A message that is decoded.
    Inside(Message),
    /// Bytes of which each becomes so many.
    Plain(u64),
    /// Something that the decoder skips.
    Skipped,
}

impl Message {
    /// What the field of a number holds.
    fn field(self, number: u64) -> Field {
        match (self, number) {
            (Message::Model, 7) => Field::Inside(Message::Graph),
            (Message::Model, 8 | 25) => Field::Inside(Message::Small(0)),
            (Message::Graph, 1) => Field::Inside(Message::Node),
            (Message::Graph, 5) => Field::Inside(Message::Tensor),
            (Message::Graph, 11 | 12) => Field::Inside(Message::Small(4)),
            (Message::Model, _) | (Message::Graph, 2 | 10 | 13 | 14) => Field::Skipped,
            (Message::Node, 5) => Field::Inside(Message::Attribute),
            (Message::Attribute, 5) => Field::Inside(Message::Tensor),
            (Message::Attribute, 6 | 10 | 11) => Field::Skipped,
            (Message::Tensor, 13) => Field::Inside(Message::Small(0)),
            // Shared with the file.
            (Message::Tensor, 9) => Field::Plain(0),
            // One byte each becomes a number of eight, in a list that grows by doubling.
            (Message::Tensor, 1 | 5 | 7 | 11) | (Message::Attribute, 8) => Field::Plain(16),
            (Message::Small(depth), _) if depth > 0 => Field::Inside(Message::Small(depth - 1)),
            _ => Field::Plain(2),
        }
    }
}

/// What a message takes beside its lists.
const A_MESSAGE: u64 = 1024;
/// What any field takes, in a list that grows by doubling.
const A_FIELD: u64 = 64;

/// Refuses a file whose decoded form would take too much memory.
///
/// # Errors
/// Names the memory and the limit. Bytes that are no messages are left to the decoder.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut total = 0;
    weigh(bytes, Message::Model, &mut total);
    match total {
        0..=MOST => Ok(()),
        _ => Err(Fault::Size {
            what: "the memory (in bytes) that the file describes".into(),
            value: total.into(),
            most: MOST,
        }),
    }
}

/// Adds what the fields of a message take; stops at the first fault, as the decoder does.
fn weigh(bytes: &[u8], message: Message, total: &mut u64) {
    let mut rest = bytes;
    while !rest.is_empty() && *total <= MOST {
        let Some((key, behind)) = varint(rest) else { return };
        rest = behind;
        *total = total.saturating_add(A_FIELD);
        let skipped = match key & 7 {
            0 => varint(rest).map(|(_, behind)| behind),
            1 => rest.get(8..),
            5 => rest.get(4..),
            2 => field(rest, message.field(key >> 3), total),
            _ => return,
        };
        let Some(behind) = skipped else { return };
        rest = behind;
    }
}

/// Adds what a field with a length takes; gives the bytes behind it.
fn field<'a>(bytes: &'a [u8], what: Field, total: &mut u64) -> Option<&'a [u8]> {
    let (length, rest) = varint(bytes)?;
    let length = usize::try_from(length).ok()?;
    let inner = rest.get(..length)?;
    match what {
        Field::Inside(message) => {
            *total = total.saturating_add(A_MESSAGE);
            weigh(inner, message, total);
        }
        Field::Plain(each) => *total = total.saturating_add(each.saturating_mul(length as u64)),
        Field::Skipped => {}
    }
    rest.get(length..)
}

/// A number of one to ten bytes, and the bytes behind it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of a number with these bytes.
    fn wrapped(number: u8, inner: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2];
        let mut length = inner.len();
        while length > 0x7f {
            out.push(length as u8 | 0x80);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend_from_slice(inner);
        out
    }

    #[test]
    fn a_million_empty_nodes_are_refused_before_they_are_decoded() {
        let nodes = |n: usize| wrapped(7, &[1 << 3 | 2, 0].repeat(n));
        check(&nodes(1000)).expect("small");
        let text = check(&nodes(1_000_000)).expect_err("too much").to_string();
        assert!(text.starts_with("the memory (in bytes) that the file describes is"), "{text}");
    }

    #[test]
    fn what_is_no_message_is_left_to_the_decoder() {
        for bytes in [&[][..], &[0xff; 20], &[0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0x3b], &[0x3a]] {
            check(bytes).expect("nothing to count");
        }
    }
}
