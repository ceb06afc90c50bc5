//! The parameters and inputs that operators have, so that none is overlooked.

/// Whether an operator is one of `ai.onnx.ml`.
pub(super) fn learning(operator: &str) -> bool {
    ["Scaler", "Normalizer", "LinearRegressor", "LinearClassifier", "ZipMap", "ArrayFeatureExtractor"]
        .contains(&operator)
}

/// The domains of QONNX's operators, as its versions and Brevitas name them.
pub(super) const QUANTIZING: [&str; 3] =
    ["qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"];

/// Whether an operator is one of QONNX.
pub(super) fn quantizing(operator: &str) -> bool {
    ["Quant", "IntQuant", "BipolarQuant", "Trunc"].contains(&operator)
}

/// The most inputs of an operator in any version.
pub(super) fn most_inputs(operator: &str) -> usize {
    match operator {
        "Sum" | "Mean" | "Max" | "Min" | "Concat" => usize::MAX,
        "Constant" => 0,
        "Slice" | "BatchNormalization" => 5,
        "Trunc" => 6,
        "Pad" | "Quant" | "IntQuant" => 4,
        "Gemm" | "Conv" | "Where" | "Clip" | "Dropout" | "QuantizeLinear" | "DequantizeLinear" => 3,
        "Add"
        | "Sub"
        | "Mul"
        | "Div"
        | "Pow"
        | "PRelu"
        | "Equal"
        | "MatMul"
        | "Expand"
        | "Tile"
        | "Gather"
        | "Reshape"
        | "Split"
        | "ReduceSum"
        | "ReduceMean"
        | "Squeeze"
        | "Unsqueeze"
        | "BipolarQuant"
        | "ArrayFeatureExtractor" => 2,
        _ => 1,
    }
}

/// The parameters of an operator in any version; none for operators that are not known here.
pub(super) fn parameters(operator: &str) -> Option<&'static [&'static str]> {
    Some(match operator {
        "Add"
        | "Sub"
        | "Mul"
        | "Div"
        | "Neg"
        | "Sum"
        | "Mean"
        | "Max"
        | "Min"
        | "Pow"
        | "PRelu"
        | "Equal"
        | "Where"
        | "MatMul"
        | "Identity"
        | "Expand"
        | "Tile"
        | "Size"
        | "Relu"
        | "Sigmoid"
        | "HardSwish"
        | "Tanh"
        | "Softplus"
        | "Softsign"
        | "Mish"
        | "Erf"
        | "Reciprocal"
        | "Exp"
        | "Log"
        | "Sqrt"
        | "Sin"
        | "Cos"
        | "Tan"
        | "Asin"
        | "Acos"
        | "Atan"
        | "Sinh"
        | "Cosh"
        | "Abs"
        | "GlobalAveragePool"
        | "ArrayFeatureExtractor" => &[],
        "BipolarQuant" => &[],
        "Quant" | "IntQuant" | "Trunc" => &["narrow", "rounding_mode", "signed"],
        "QuantizeLinear" => &["axis", "block_size", "output_dtype", "precision", "saturate"],
        "DequantizeLinear" => &["axis", "block_size", "output_dtype"],
        "LeakyRelu" | "Elu" | "Celu" | "Swish" => &["alpha"],
        "Selu" => &["alpha", "gamma"],
        "HardSigmoid" => &["alpha", "beta"],
        "Gelu" => &["approximate"],
        "Clip" => &["min", "max"],
        "Gemm" => &["alpha", "beta", "transA", "transB"],
        "BatchNormalization" => &["epsilon", "momentum", "spatial", "training_mode"],
        "Conv" => &["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"],
        "AveragePool" => {
            &["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"]
        }
        "ReduceSum" | "ReduceMean" => &["axes", "keepdims", "noop_with_empty_axes"],
        "Softmax" | "LogSoftmax" | "Flatten" | "Concat" | "Gather" => &["axis"],
        "ArgMax" => &["axis", "keepdims", "select_last_index"],
        "Reshape" => &["allowzero"],
        "Squeeze" | "Unsqueeze" => &["axes"],
        "Transpose" => &["perm"],
        "Slice" => &["axes", "ends", "starts"],
        "Split" => &["axis", "num_outputs", "split"],
        "Pad" => &["mode", "pads", "value"],
        "Dropout" => &["ratio", "seed"],
        "Cast" => &["to", "saturate", "round_mode"],
        "Shape" => &["start", "end"],
        "ConstantOfShape" => &["value"],
        "Constant" => &[
            "value",
            "value_float",
            "value_floats",
            "value_int",
            "value_ints",
            "value_string",
            "value_strings",
        ],
        "Scaler" => &["offset", "scale"],
        "Normalizer" => &["norm"],
        "LinearRegressor" => &["coefficients", "intercepts", "post_transform", "targets"],
        "LinearClassifier" => &[
            "classlabels_ints",
            "classlabels_strings",
            "coefficients",
            "intercepts",
            "multi_class",
            "post_transform",
        ],
        "ZipMap" => &["classlabels_int64s", "classlabels_strings"],
        _ => return None,
    })
}
