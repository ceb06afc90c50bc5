//! The exported C program against the integer model: compiled without a warning, run on this machine, under the
//! sanitizer for undefined behaviour, on an emulated Arm, or on a simulated AVR.

mod avr;

use crate::SimError;
use crate::check::{Golden, PlanModel};
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use crate::vectors::Vectors;
use gainstage_golden::export::c99::{Options, c99_with};
use gainstage_golden::plan::Plan;
use gainstage_golden::scratch::Scratch;
use std::path::PathBuf;
use std::time::Duration;

/// The strictest reading of the standard; every warning is an error.
const FLAGS: &[&str] = &["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

/// Vectors that are taken through the program at a time.
const BATCH: u64 = 1 << 16;

/// Where the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// This machine.
    Host,
    /// This machine, where undefined behaviour ends the program.
    Sanitized,
    /// A 32-bit Arm under `qemu-arm`.
    Arm,
    /// An 8-bit AVR in `simavr`, its constants in program memory or copied into RAM.
    Avr {
        /// Whether they stay in program memory.
        progmem: bool,
    },
    /// This machine, with the program that keeps an AVR's constants in program memory.
    HostProgmem,
}

impl Machine {
    /// The tools it takes.
    pub fn tools(self) -> &'static [Tool] {
        match self {
            Machine::Host | Machine::Sanitized | Machine::HostProgmem => &[Tool::Cc],
            Machine::Avr { .. } => &[Tool::AvrCc, Tool::Simavr],
            Machine::Arm => &[Tool::ArmCc, Tool::QemuArm],
        }
    }

    fn compiler(self) -> Tool {
        self.tools()[0]
    }

    fn flags(self) -> Vec<String> {
        let flags: &[&str] = match self {
            Machine::Host | Machine::HostProgmem => &["-O1"],
            Machine::Sanitized => &["-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"],
            // No libraries of the other machine are looked for.
            Machine::Arm => &["-O1", "-static"],
            Machine::Avr { .. } => return avr::flags().into(),
        };
        flags.iter().map(|f| (*f).to_owned()).collect()
    }

    fn progmem(self) -> bool {
        matches!(self, Machine::Avr { progmem: true } | Machine::HostProgmem)
    }
}

/// A compiled program in a directory of its own.
pub struct Program {
    dir: Scratch,
    name: String,
    machine: Machine,
    inputs: usize,
    outputs: usize,
    /// The most stack that a call may take, as the header says.
    pub stated_stack: usize,
    /// The stack that the compiler gave to all functions together; `None` if it does not say.
    pub measured_stack: Option<usize>,
}

/// What running the vectors showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Vectors that were run.
    pub samples: u64,
    /// Vectors with a wrong output.
    pub mismatches: u64,
    /// The first of them: input codes, expected and actual output codes.
    pub first: Option<(Vec<i64>, Vec<i64>, Vec<i64>)>,
}

impl Program {
    /// Writes and compiles the program of a validated plan.
    ///
    /// # Errors
    /// A compiler that is missing, or that complains.
    pub fn build(plan: &Plan, machine: Machine) -> Result<Program, SimError> {
        let dir = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
        let c = c99_with(plan, Options { progmem: machine.progmem(), ..Options::default() });
        let name = &plan.name;
        for (file, text) in
            [(format!("{name}.h"), &c.header), (format!("{name}.c"), &c.source), (MAIN.into(), &driver(name))]
        {
            stage::write(dir.path(), &Source { name: file, bytes: text.clone().into() })?;
        }
        let compile = |args: &[&str]| {
            let run = Run::new(machine.compiler(), dir.path()).limit(Duration::from_secs(300));
            run.args(FLAGS).args(machine.flags()).args(args).output()
        };
        compile(&["-fstack-usage", "-c", "-o", "program.o", &format!("{name}.c")])?;
        // A program for an AVR has its inputs inside: it is made when they are known.
        if !matches!(machine, Machine::Avr { .. }) {
            compile(&["-o", PROGRAM, MAIN, "program.o"])?;
        }
        let usage = std::fs::read_to_string(dir.path().join("program.su")).ok();
        Ok(Program {
            name: name.clone(),
            machine,
            inputs: plan.inputs.len(),
            outputs: plan.output_formats().len(),
            stated_stack: c.stack_bytes,
            measured_stack: usage.map(|text| text.lines().filter_map(frame).sum()),
            dir,
        })
    }

    /// The output codes for input codes, both sample after sample.
    pub fn run(&self, x: &[i64]) -> Result<Vec<i64>, SimError> {
        if let Machine::Avr { .. } = self.machine {
            return Ok(avr::run(self.dir.path(), &self.name, x, self.inputs, self.outputs)?.y);
        }
        let path = |name: &str| self.dir.path().join(name);
        let bytes = x.iter().flat_map(|v| v.to_le_bytes()).collect();
        stage::write(self.dir.path(), &Source { name: "x.bin".into(), bytes })?;
        let program: PathBuf = path(PROGRAM);
        match self.machine {
            Machine::Arm => Run::new(Tool::QemuArm, self.dir.path()).arg(program).output()?,
            _ => Run::new(self.machine.compiler(), self.dir.path()).program(&program).output()?,
        };
        let y = stage::left_by(self.machine.compiler(), &path("y.bin"))?;
        let expected = x.len() / self.inputs * self.outputs;
        if y.len() != 8 * expected {
            let problem = format!("{} bytes instead of {}", y.len(), 8 * expected);
            return Err(SimError::Format { path: path("y.bin"), problem });
        }
        let codes = y.as_chunks::<8>().0.iter().map(|&c| i64::from_le_bytes(c));
        Ok(codes.collect())
    }

    /// Bytes of RAM that variables and copies of constants take before the program runs, on a machine that tells; beyond
    /// what the test program itself takes.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn constant_ram(&self) -> Result<Option<usize>, SimError> {
        let Machine::Avr { .. } = self.machine else { return Ok(None) };
        let x = vec![0; self.inputs];
        let answer = avr::run(self.dir.path(), &self.name, &x, self.inputs, self.outputs)?;
        Ok(Some(answer.ram.saturating_sub(avr::OWN_RAM)))
    }

    /// Runs all vectors and compares them with the integer model.
    pub fn verify(&self, model: &PlanModel, vectors: &Vectors) -> Result<Tally, SimError> {
        let mut tally = Tally::default();
        while tally.samples < vectors.len() {
            let count = BATCH.min(vectors.len() - tally.samples) as usize;
            let mut x = vec![0; count * self.inputs];
            vectors.fill(tally.samples, &mut x);
            let mut expected = vec![0; count * self.outputs];
            model.batch(self.inputs, &x, &mut expected);
            let rows = x.chunks(self.inputs).zip(expected.chunks(self.outputs));
            for ((x, expected), actual) in rows.zip(self.run(&x)?.chunks(self.outputs)) {
                if expected != actual {
                    tally.mismatches += 1;
                    tally.first.get_or_insert_with(|| (x.to_vec(), expected.to_vec(), actual.to_vec()));
                }
            }
            tally.samples += count as u64;
        }
        Ok(tally)
    }
}

const MAIN: &str = "gainstage_main.c";
const PROGRAM: &str = "gainstage_program";

/// Reads rows of codes from one file and writes rows to another. Both machines store the lowest byte first.
fn driver(name: &str) -> String {
    let macros = name.to_ascii_uppercase();
    format!(
        "#include \"{name}.h\"\n#include <stdio.h>\n\nint main(void)\n{{\n    \
         int64_t x[{macros}_INPUTS], y[{macros}_OUTPUTS];\n    \
         FILE *from = fopen(\"x.bin\", \"rb\"), *to = fopen(\"y.bin\", \"wb\");\n    \
         if (!from || !to) {{\n        return 2;\n    }}\n    \
         while (fread(x, sizeof x, 1, from) == 1) {{\n        {name}_run(x, y);\n        \
         if (fwrite(y, sizeof y, 1, to) != 1) {{\n            return 3;\n        }}\n    }}\n    \
         return fclose(to) == 0 ? 0 : 4;\n}}\n"
    )
}

/// Bytes in a line of the compiler's `file:line:column:function<TAB>bytes<TAB>kind`.
fn frame(line: &str) -> Option<usize> {
    line.split('\t').nth(1)?.parse().ok()
}
