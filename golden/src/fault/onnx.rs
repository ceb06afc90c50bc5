//! Codes of ONNX files.

use super::unreadable;
use crate::faults;
use crate::onnx::{Fault, OnnxError};

faults! {
    "ONNX files", Fault {
        801 Self::Format { .. } => "not an ONNX model",
            "The bytes cannot be decoded.",
            "net.onnx: 66 6f 6f\n$ gainstage import net.onnx -o m.json",
            "Export the network as .onnx again.";
        802 Self::Opset { .. } => "an operator set that is not known",
            "Operators of another version may compute something else.",
            "(file) a file of operator set 3, or of a domain of its own",
            "Export the network with an operator set in the message.";
        803 Self::Tensor { .. } => "a stored tensor that cannot be read",
            "Its data are of an unknown type, of another length, or in a file that is not there.",
            "(file) a weight whose external data file is missing",
            "Do as the message says.";
        804 Self::Port { .. } => "an input or output that no circuit has",
            "Its type or shape is none of a network of numbers.",
            "(file) an input of strings",
            "Do as the message says.";
        805 Self::Node { .. } => "a node that no network of neurons has",
            "The graph computes what cannot be written as layers of neurons.",
            "(file) a graph with an LSTM",
            "Do as the message says, or leave the node out of the exported part.";
        806 Self::Size { .. } => "a graph that is too large",
            "Weights or values are more than can be imported.",
            "(file) a graph of a hundred million weights",
            "Use a smaller network.";
        807 Self::Plan(_) => "a quantized graph that is no plan",
            "What comes out breaks a rule of plans.",
            "(file) a quantized graph whose sums need more than 63 bits",
            "Do as the message says.";
        808 Self::Different { .. } => "a network that computes something else than its file",
            "Each import is run against the graph on random samples, and refused where they differ.",
            "(file) a graph that mixes the samples of a batch",
            "Export each sample's computation alone; if that is not it, please report it.";
        809 Self::Unchecked { .. } => "a graph that random samples cannot check",
            "Too few random samples gave finite outputs, so that nothing shows that the import is right.",
            "(file) a graph that takes the logarithm of its input",
            "Keep values inside the domains of functions such as Log and Sqrt.";
        via Self::Io(_) => unreadable();
        via Self::Network(e) => e.code();
    }
}

faults! {
    "ONNX files, with their path", OnnxError {
        via Self { fault, .. } => fault.code();
    }
}
