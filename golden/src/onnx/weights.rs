//! Stored tensors, decoded.

use super::error::{Fault, quoted};
use super::external::Beside;
use super::proto::TensorProto;
use super::tensor::{Tensor, volume};
use super::value::Value;
use bytes::Bytes;

/// Codes of the types of elements, as `onnx.proto` numbers them.
pub(super) mod code {
    /// 32-bit floating point.
    pub const FLOAT: i32 = 1;
    /// Text.
    pub const STRING: i32 = 8;
    /// Truth values.
    pub const BOOL: i32 = 9;
    /// 16-bit floating point.
    pub const FLOAT16: i32 = 10;
    /// 64-bit floating point.
    pub const DOUBLE: i32 = 11;
    /// Unsigned 64-bit numbers.
    pub const UINT64: i32 = 13;
    /// The upper half of a 32-bit floating-point number.
    pub const BFLOAT16: i32 = 16;

    /// Whether a code is one of real numbers.
    pub fn real(code: i32) -> bool {
        [FLOAT, FLOAT16, DOUBLE, BFLOAT16].contains(&code)
    }

    /// The bytes of an element, of the types with numbers that are decoded here.
    pub fn width(code: i32) -> Option<usize> {
        match code {
            2 | 3 | BOOL => Some(1),
            4 | 5 | FLOAT16 | BFLOAT16 => Some(2),
            FLOAT | 6 | 12 => Some(4),
            7 | DOUBLE | UINT64 => Some(8),
            _ => None,
        }
    }
}

/// Decodes a stored tensor, perhaps from a file beside the model.
///
/// # Errors
/// A shape, a type or a number of elements that does not hold together, or another file that cannot be read.
pub(super) fn decode(tensor: &TensorProto, name: &str, beside: &mut Beside) -> Result<Value, Fault> {
    let fault =
        |problem: String| Fault::Tensor { tensor: quoted(name), problem, help: "export the model again" };
    let shape = tensor
        .dims
        .iter()
        .map(|&n| usize::try_from(n).map_err(|_| fault(format!("one of its sizes is {n}"))))
        .collect::<Result<Vec<usize>, Fault>>()?;
    let all = volume(&shape)?;
    beside.count(all)?;
    if tensor.data_type == code::STRING {
        let texts =
            texts(tensor, all).ok_or_else(|| fault(format!("it has not the {all} texts of its shape")))?;
        return Tensor::new(shape, texts).map(Value::Text).ok_or_else(|| fault("texts are missing".into()));
    }
    let Some(width) = code::width(tensor.data_type) else {
        return Err(Fault::Tensor {
            tensor: quoted(name),
            problem: format!("its elements are of type {}, which is not read here", tensor.data_type),
            help: "export the model with float or double weights, not quantized and not complex",
        });
    };
    let bytes = match tensor.data_location {
        0 => tensor.raw_data.clone(),
        1 => Some(beside.read(tensor, name, all * width)?),
        other => return Err(fault(format!("its data location is {other}"))),
    };
    let found = bytes.as_ref().map_or_else(|| listed(tensor), |b| b.len() / width);
    if found != all || bytes.as_ref().is_some_and(|b| b.len() % width != 0) {
        return Err(fault(format!("it has {found} elements, but its shape {shape:?} needs {all}")));
    }
    let data = bytes.map_or_else(|| from_lists(tensor), |b| from_bytes(&b, tensor.data_type, width));
    let tensor_of = Tensor::new(shape, data).ok_or_else(|| fault("elements are missing".into()))?;
    Ok(Value::Numbers { tensor: tensor_of, whole: !code::real(tensor.data_type) })
}

/// The texts of a tensor, if there are so many and all are UTF-8.
fn texts(tensor: &TensorProto, all: usize) -> Option<Vec<String>> {
    if tensor.string_data.len() != all {
        return None;
    }
    tensor.string_data.iter().map(|s| String::from_utf8(s.to_vec()).ok()).collect()
}

/// The number of elements that are listed one by one.
fn listed(tensor: &TensorProto) -> usize {
    match tensor.data_type {
        code::FLOAT => tensor.float_data.len(),
        code::DOUBLE => tensor.double_data.len(),
        7 => tensor.int64_data.len(),
        12 | code::UINT64 => tensor.uint64_data.len(),
        _ => tensor.int32_data.len(),
    }
}

/// The elements that are listed one by one.
fn from_lists(tensor: &TensorProto) -> Vec<f64> {
    let small = |f: fn(u16) -> f64| tensor.int32_data.iter().map(|&v| f(v as u16)).collect();
    match tensor.data_type {
        code::FLOAT => tensor.float_data.iter().map(|&v| v.into()).collect(),
        code::DOUBLE => tensor.double_data.clone(),
        7 => tensor.int64_data.iter().map(|&v| v as f64).collect(),
        12 | code::UINT64 => tensor.uint64_data.iter().map(|&v| v as f64).collect(),
        code::FLOAT16 => small(half),
        code::BFLOAT16 => small(brain),
        code::BOOL => tensor.int32_data.iter().map(|&v| f64::from(u8::from(v != 0))).collect(),
        _ => tensor.int32_data.iter().map(|&v| v.into()).collect(),
    }
}

/// The elements that stand in bytes, little-endian, `width` of them each.
fn from_bytes(bytes: &Bytes, kind: i32, width: usize) -> Vec<f64> {
    let number = |b: &[u8]| b.iter().rev().fold(0u64, |all, &byte| all << 8 | u64::from(byte));
    let convert: fn(u64) -> f64 = match kind {
        code::FLOAT => |v| f32::from_bits(v as u32).into(),
        code::DOUBLE => f64::from_bits,
        code::FLOAT16 => |v| half(v as u16),
        code::BFLOAT16 => |v| brain(v as u16),
        code::BOOL => |v| f64::from(u8::from(v != 0)),
        3 => |v| (v as i8).into(),
        5 => |v| (v as i16).into(),
        6 => |v| (v as i32).into(),
        7 => |v| v as i64 as f64,
        _ => |v| v as f64,
    };
    bytes.chunks_exact(width).map(|b| convert(number(b))).collect()
}

/// The value of a 16-bit floating-point number.
fn half(bits: u16) -> f64 {
    half::f16::from_bits(bits).to_f64()
}

/// The value of the upper half of a 32-bit floating-point number.
fn brain(bits: u16) -> f64 {
    half::bf16::from_bits(bits).to_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn decoded(tensor: &TensorProto, name: &str) -> Result<Value, Fault> {
        decode(tensor, name, &mut Beside::new(Path::new(".")))
    }

    fn numbers(tensor: &TensorProto) -> Vec<f64> {
        match decoded(tensor, "t") {
            Ok(Value::Numbers { tensor, .. }) => tensor.data().to_vec(),
            other => panic!("{other:?}"),
        }
    }

    fn raw(data_type: i32, dims: &[i64], bytes: &[u8]) -> TensorProto {
        let raw_data = Some(Bytes::copy_from_slice(bytes));
        TensorProto { data_type, dims: dims.to_vec(), raw_data, ..Default::default() }
    }

    #[test]
    fn every_type_is_read_from_bytes() {
        assert_eq!(numbers(&raw(1, &[1], &0.1f32.to_le_bytes())), [f64::from(0.1f32)]);
        assert_eq!(numbers(&raw(11, &[], &0.1f64.to_le_bytes())), [0.1]);
        assert_eq!(numbers(&raw(7, &[1], &(-5i64).to_le_bytes())), [-5.0]);
        assert_eq!(numbers(&raw(6, &[1], &(-5i32).to_le_bytes())), [-5.0]);
        assert_eq!(numbers(&raw(3, &[2], &[0xff, 0x7f])), [-1.0, 127.0]);
        assert_eq!(numbers(&raw(2, &[1], &[0xff])), [255.0]);
        assert_eq!(
            numbers(&raw(10, &[3], &[0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00])),
            [1.0, -2.0, 2f64.powi(-24)]
        );
        assert_eq!(numbers(&raw(16, &[1], &[0x80, 0x3f])), [1.0]);
        assert_eq!(numbers(&raw(9, &[2], &[0, 1])), [0.0, 1.0]);
    }

    #[test]
    fn lists_and_faults() {
        let mut t =
            TensorProto { data_type: 1, dims: vec![2], float_data: vec![1.5, -2.5], ..Default::default() };
        assert_eq!(numbers(&t), [1.5, -2.5]);
        t.dims = vec![3];
        let text = decoded(&t, "w").expect_err("too few").to_string();
        assert_eq!(
            text,
            "tensor \"w\": it has 2 elements, but its shape [3] needs 3; export the model again"
        );
        t.dims = vec![-1];
        assert!(decoded(&t, "w").expect_err("negative").to_string().contains("size"));
        let text = decoded(&raw(1, &[1], &[0; 5]), "w").expect_err("a rest").to_string();
        assert!(text.contains("it has 1 elements"), "{text}");
        let text = decoded(&raw(14, &[1], &[0; 8]), "w").expect_err("complex").to_string();
        assert!(text.contains("type 14") && text.contains("float or double"), "{text}");
        assert!(decoded(&raw(1, &[1 << 40, 1 << 40], &[]), "w").is_err());
        let half =
            TensorProto { data_type: 10, dims: vec![1], int32_data: vec![0x3800], ..Default::default() };
        assert_eq!(numbers(&half), [0.5]);
    }
}
