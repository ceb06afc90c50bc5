//! The exported program on a simulated AVR: inputs go in as constants, results come out of its serial line.

use super::FLAGS;
use crate::SimError;
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// 256 KiB of program memory and 8 KiB of RAM.
const PART: &str = "atmega2560";

/// Rows of inputs in a program: they take program memory too.
const ROWS: usize = 128;

/// Bytes that the test program itself puts into RAM, at most: its digits.
pub(super) const OWN_RAM: usize = 32;

/// The compiler's flags beside those of every machine.
pub(super) fn flags() -> [String; 2] {
    [format!("-mmcu={PART}"), "-Os".into()]
}

/// What the simulated part put out.
pub(super) struct Answer {
    /// Bytes of RAM that variables and copies of constants take.
    pub ram: usize,
    /// Output codes, row after row.
    pub y: Vec<i64>,
}

/// Runs the program `name`, compiled as `program.o` in `dir`, on input rows.
pub(super) fn run(
    dir: &Path,
    name: &str,
    x: &[i64],
    inputs: usize,
    outputs: usize,
) -> Result<Answer, SimError> {
    let mut answer = Answer { ram: 0, y: Vec::new() };
    for rows in x.chunks(ROWS * inputs) {
        stage::write(dir, &Source { name: "avr.c".into(), bytes: driver(name, rows, inputs).into() })?;
        let compile = Run::new(Tool::AvrCc, dir).limit(Duration::from_secs(120)).args(FLAGS).args(flags());
        compile.args(["-o", "avr.elf", "avr.c", "program.o"]).output()?;
        let simulate = Run::new(Tool::Simavr, dir).limit(Duration::from_secs(120));
        let said = simulate.args(["-m", PART, "-f", "16000000", "avr.elf"]).output()?;
        // Versions differ in where they print the serial line.
        let mut codes = words(&format!("{}\n{}", said.stdout, said.stderr));
        let expected = 1 + rows.len() / inputs * outputs;
        if codes.len() != expected {
            let problem =
                format!("{} numbers came out of the serial line instead of {expected}", codes.len());
            return Err(SimError::Format { path: dir.join("avr.elf"), problem });
        }
        answer.ram = codes.remove(0) as usize;
        answer.y.append(&mut codes);
    }
    Ok(answer)
}

/// The simulator prints each line in colours, with a full stop for its end.
fn words(text: &str) -> Vec<i64> {
    let line = |line: &str| {
        let digits = line.rsplit('m').next()?.trim_end_matches('.');
        let whole = digits.len() == 16;
        u64::from_str_radix(digits, 16).ok().filter(|_| whole).map(|w| w as i64)
    };
    text.lines().filter_map(line).collect()
}

/// Prints the bytes of RAM that are taken before `main`, then every output code, in 16 hexadecimal digits.
fn driver(name: &str, x: &[i64], inputs: usize) -> String {
    let macros = name.to_ascii_uppercase();
    let mut rows = String::new();
    for row in x.chunks(inputs) {
        let codes: Vec<String> = row.iter().map(|v| format!("INT64_C({v})")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(rows, "    {{{}}},", codes.join(", "));
    }
    format!(
        "#include \"{name}.h\"
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>

extern char __data_start, __bss_end;
static const int64_t rows[{}][{inputs}] PROGMEM = {{
{rows}}};

static void put(char c)
{{
    while (!(UCSR0A & (1 << UDRE0))) {{
    }}
    UDR0 = (uint8_t)c;
}}

static void print(uint64_t v)
{{
    int i;
    for (i = 60; i >= 0; i -= 4) {{
        const uint8_t digit = (uint8_t)(v >> i) & 15;
        put((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }}
    put('\\n');
}}

int main(void)
{{
    uint16_t row;
    int i;
    UCSR0B = 1 << TXEN0;
    print((uint64_t)(&__bss_end - &__data_start));
    for (row = 0; row < sizeof rows / sizeof rows[0]; row++) {{
        int64_t x[{macros}_INPUTS], y[{macros}_OUTPUTS];
        memcpy_P(x, rows[row], sizeof x);
        {name}_run(x, y);
        for (i = 0; i < {macros}_OUTPUTS; i++) {{
            print((uint64_t)y[i]);
        }}
    }}
    /* The simulator ends when nothing can wake the part any more. */
    cli();
    sleep_enable();
    sleep_cpu();
    return 0;
}}
",
        x.len() / inputs
    )
}
