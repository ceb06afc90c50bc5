//! Codes of plans.

use crate::faults;
use crate::plan::{CertificateError, ConstantError, PlanError, PlanFault as F};

faults! {
    "Plans", PlanError {
        401 Self { fault: F::Schema { .. }, .. } => "a plan of another schema",
            "A plan in memory states a version that this program does not know.",
            "(library) a Plan whose `schema` is not plan::SCHEMA; of files GS0003 tells it",
            "Make the plan anew.";
        402 Self { fault: F::Count { .. }, .. } => "too few or too many inputs, layers or neurons",
            "A plan has 1 to 4096 inputs, 1 to 1024 layers, and 1 to 4096 neurons in a layer.",
            "plan.json: /layers = []",
            "Use numbers in these ranges.";
        403 Self { fault: F::TableCodes { .. }, .. } => "tables with too many input codes",
            "Every input code of every table is run when a plan is read: that must end within seconds.",
            "(size) 17 tables of 24 input bits",
            "Use fewer or narrower tables.";
        404 Self { fault: F::WeightCount { .. }, .. } => "not one weight for each input",
            "A neuron has one weight for each output of the layer before, or for each input.",
            "plan.json: /layers/0/neurons/0/weights = [1]",
            "Give one each.";
        405 Self { fault: F::Code { .. }, .. } => "a weight that is no code of its format",
            "Weights are integers of the width that the neuron states. A circuit would cut them off.",
            "plan.json: /layers/0/neurons/0/weights/0 = 9000",
            "Use a code in the range of the message, or a wider format.";
        406 Self { fault: F::Alignment { .. }, .. } => "a product far from the point of its sum",
            "A sum has one binary point, to which products are shifted: by 62 bits at most.",
            "plan.json: /inputs/0/frac = 64\nplan.json: /inputs/1/frac = -20",
            "Bring the formats closer to each other.";
        407 Self { fault: F::Exact { .. }, .. } => "an intermediate of more than 63 bits",
            "Nothing wraps, and C99's int64_t must be able to follow every exact sum, square and quotient.",
            "plan.json: /inputs/0/frac = 60",
            "Use narrower formats, or bring their points closer.";
        408 Self { fault: F::NoTable { .. }, .. } => "a table that is not there",
            "A neuron names a table by its number.",
            "plan.json: /layers/0/neurons/0/stage/activated/table = 7",
            "Use the number of a table in the plan.";
        409 Self { fault: F::TableInput { .. }, .. } => "a table for another argument",
            "The table was made for a z of another format, and would be read at the wrong places.",
            "plan.json: /layers/0/neurons/0/stage/activated/z/frac = 4",
            "Give neuron and table the same format.";
        410 Self { fault: F::TableOutput { .. }, .. } => "a table with another result",
            "The table gives an h of another format than the neuron goes on with.",
            "plan.json: /layers/0/neurons/0/stage/activated/h/frac = 4",
            "Give neuron and table the same format.";
        411 Self { fault: F::Constant(_), .. } => "an attenuator that could divide by zero",
            "B is the b of h/(h²+b) as an integer: at least 1.",
            "plan.json: /layers/0/neurons/1/stage/activated/tail/attenuating/b = 0",
            "Use at least 1, or more fraction bits for h.";
        412 Self { fault: F::DividerShift(_), .. } => "points of an attenuator that are too far apart",
            "The divider shifts its numerator by the fraction bits of h and y together: -62 to 62.",
            "plan.json: /layers/0/neurons/1/stage/activated/y/frac = 64",
            "Bring the points of h and y closer.";
        413 Self { fault: F::Classes { .. }, .. } => "not one name for each class",
            "Classes are matched by their position.",
            "plan.json: /argmax = {\"classes\": [\"a\"]}",
            "Give one name each, or none.";
        414 Self { fault: F::Score { .. }, .. } => "a score far from the point of the others",
            "Scores are compared at the finest point among them, at most 62 bits away.",
            "plan.json: /layers/1/neurons/0/stage/linear/y/frac = 60\nplan.json: /layers/1/neurons/1/stage/linear/y/frac = -10\nplan.json: /argmax = {}",
            "Bring the formats of the scores closer.";
        415 Self { fault: F::SharedSum { .. }, .. } => "sums that one engine cannot hold",
            "A plan is a circuit in every architecture, and one engine aligns the sums of all neurons in \
             112 bits.",
            "plan.json: /layers/0/neurons/1/stage/activated/z/frac = 64\nplan.json: /layers/0/neurons/2/stage/activated/z/frac = -64",
            "Bring the fraction bits of weights, inputs and results closer.";
        416 Self { fault: F::SharedDivider { .. }, .. } => "attenuators that one divider cannot hold",
            "One divider for all attenuating neurons has words of at most 112 bits.",
            "(formats) two attenuators whose h and y have 50 and -50 fraction bits together",
            "Bring the formats of their h and y closer.";
        417 Self { fault: F::Top { .. }, .. } => "more classes in order than there are",
            "A decision gives the best class, or several in order: at most all that the scores tell apart.",
            "plan.json: /argmax = {\"top\": 9}",
            "Use 1 to the number of classes.";
        418 Self { fault: F::Margin { .. }, .. } => "a margin that is too wide for an output",
            "The margin is an exact difference at the finest point of the scores, in at most 48 bits.",
            "plan.json: /layers/1/neurons/0/stage/linear/y = {\"signed\": true, \"width\": 48, \"frac\": 0}\nplan.json: /argmax = {\"margin\": true}",
            "Bring the formats of the scores closer, or leave the margin out.";
        419 Self { fault: F::TwoHeads, .. } => "classes and probabilities at once",
            "The last layer's scores come out once: as they are, as classes, or as probabilities.",
            "plan.json: /argmax = {}\nplan.json: /softmax = {\"z\": {\"signed\": false, \"width\": 8, \"frac\": 4}, \"table\": 0, \"bits\": 8}",
            "Leave out one of both.";
        420 Self { fault: F::ProbabilityBits { .. }, .. } => "bits that no probability has",
            "All bits of a probability are behind the point: 2 to 16 of them.",
            "plan.json: /softmax = {\"z\": {\"signed\": false, \"width\": 8, \"frac\": 4}, \"table\": 0, \"bits\": 40}",
            "Use 2 to 16.";
        423 Self { fault: F::SignedDistance { .. }, .. } => "a distance from the largest score with a sign",
            "Scores are subtracted from the largest one: nothing is below 0.",
            "plan.json: /softmax = {\"z\": {\"signed\": true, \"width\": 8, \"frac\": 4}, \"table\": 0, \"bits\": 8}",
            "Use a format without a sign.";
        424 Self { fault: F::NoShare { .. }, .. } => "a table that is none of exp",
            "The probabilities are shares of a sum, in which exp(0) of the largest score is 1. Without it the sum could be 0.",
            "(tables) a softmax with the table of an activation, or one whose results have a sign",
            "Use a table of exp(-z) with results without a sign.";
        425 Self { fault: F::ScoreUnit(_), .. } => "scores that stand for no logits",
            "Probabilities are exp of logits. A score of 1 stands for so many of them as the plan says.",
            "plan.json: /softmax = {\"z\": {\"signed\": false, \"width\": 8, \"frac\": 4}, \"table\": 0, \"bits\": 8, \"unit\": 0}",
            "Use a number from 2^-40 to 2^40.";
        via Self { fault: F::Name(e), .. } => e.code();
        via Self { fault: F::Names(e), .. } => e.code();
        via Self { fault: F::Table(e), .. } => e.code();
    }
}

faults! {
    "Constants of attenuators", ConstantError {
        421 Self::Small { .. } => "an attenuator's b that rounds to zero",
            "b is kept with twice the fraction bits of h. With so few it would be 0.",
            "model.json: /network/layers/0/neurons/1/kind/attenuating/b = 1e-12\n$ gainstage quantize \
             model.json --bits 8 --method ptq -o p.json",
            "Give h more fraction bits, or use a larger b.";
        422 Self::Large { .. } => "an attenuator's b that is too large",
            "b is kept with twice the fraction bits of h, in 61 bits.",
            "$ gainstage generate unit divider --b 1e30 --from s8.4 --to s8.4 -o out",
            "Give h fewer fraction bits, or use a smaller b.";
    }
}

faults! {
    "Certificates", CertificateError {
        431 Self::False { .. } => "a certificate that does not hold",
            "A table claims an error, or a share of correctly rounded codes, that running its codes does \
             not give. Reports would repeat the claim.",
            "plan.json: /tables/0/certificate/worst_ulp = 0.5\n$ gainstage eval plan.json --data data.csv",
            "Quantize again, or write into the certificate what holds.";
        via Self::Unknown { source, .. } => source.code();
    }
}
