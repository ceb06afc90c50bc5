//! The top module of a board: clock, reset, lights, and a serial line around the stream wrapper.

use super::link::{Link, SCHEMA, Serial, WEIGHTS_FILE, Weights, design_id};
use super::manifest::{Load, Manifest};
use super::sources;
use super::stream::Stream;
use crate::board::pll::{self, ClockError, Pll, Primitive};
use crate::board::{Board, constraints_extension};
use crate::device::Family;
use crate::emit::{SourceFile, owned};
use crc::{CRC_16_IBM_3740, Crc};
use std::fmt::Write;

/// The directory of a board's files inside a generated directory.
pub const BOARD_DIR: &str = "board";

/// Bytes of a bank of the request buffer: two of them fill one block RAM of the smallest part.
const BANK_BYTES: u32 = 256;
/// The most bytes of a sample: what one bank may grow to.
const MAX_BEAT: u32 = 4096;
/// How long a flash memory takes to wake up, with much to spare, seconds.
const WAKE: f64 = 50e-6;
/// A request that pauses longer is cut, seconds.
const TIMEOUT: f64 = 0.01;

/// Why there is no top module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TopError {
    /// The clock cannot be had.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The serial rate cannot be had.
    #[error(transparent)]
    Serial(#[from] super::link::SerialError),
    /// Too many inputs or outputs for the serial frames.
    #[error(
        "a sample of {0} bytes does not fit the serial frames: use at most {MAX_BEAT}, or the AXI4-Stream wrapper"
    )]
    Wide(u32),
    /// Weights that nothing loads.
    #[error(
        "the circuit's weights are loaded at start, and {board} has no flash memory to read: add [flash] to its file, or \
         generate the circuit with --weights-in rom"
    )]
    NoFlash {
        /// The board.
        board: String,
    },
    /// The core was made for another family.
    #[error(
        "the circuit was generated for {found}, and {board} is {wanted}: generate it with --target {wanted}"
    )]
    Family {
        /// The circuit's family.
        found: String,
        /// The board.
        board: String,
        /// The board's family.
        wanted: Family,
    },
}

/// Weights that the board reads from its flash memory at start.
#[derive(Clone, Debug)]
struct Loader {
    /// Where they lie.
    offset: u32,
    load: Load,
}

/// A core on a board.
#[derive(Clone, Debug)]
pub struct Top {
    /// What a host must know.
    pub link: Link,
    /// The clock's source.
    pub pll: Pll,
    /// The wrapper between line and core.
    pub stream: Stream,
    board: Board,
    bank_bits: u32,
    loader: Option<Loader>,
}

impl Top {
    /// A core on a board at a clock (MHz) and a serial rate (bits a second). `plan` is the text of `plan.json`.
    ///
    /// # Errors
    /// A clock that the PLL does not reach, a rate that the clock does not divide into, samples too wide.
    pub fn new(
        core: &Manifest,
        plan: &[u8],
        board: &Board,
        clock_mhz: f64,
        baud: u32,
    ) -> Result<Top, TopError> {
        let family = board.device().family();
        if core.family != family.name() && core.family != Family::Generic.name() {
            let (found, board) = (core.family.clone(), board.name.clone());
            return Err(TopError::Family { found, board, wanted: family });
        }
        let loader = match (&core.load, &board.flash) {
            (None, _) => None,
            (Some(load), Some(flash)) => Some(Loader { offset: flash.offset, load: load.clone() }),
            (Some(_), None) => return Err(TopError::NoFlash { board: board.name.clone() }),
        };
        let stream = Stream::new(core);
        let widest = stream.in_bytes.max(stream.out_bytes);
        if widest > MAX_BEAT {
            return Err(TopError::Wide(widest));
        }
        let pll = pll::find(board, clock_mhz)?;
        let bank = stream.in_bytes.next_power_of_two().max(BANK_BYTES);
        let link = Link {
            schema: SCHEMA,
            top: format!("{}_board", core.top),
            board: board.name.clone(),
            part: board.part.clone(),
            clock_mhz: pll.output_mhz,
            serial: Serial::new(pll.output_mhz, baud)?,
            in_bytes: stream.in_bytes,
            out_bytes: stream.out_bytes,
            // The count is a byte, and one value of it is spare so that a longer request can be told.
            max_count: (bank / stream.in_bytes).min(254),
            timeout_clocks_log2: (TIMEOUT * pll.output_mhz * 1e6).log2().ceil() as u32,
            weights: loader.as_ref().map(|l| Weights { file: WEIGHTS_FILE.into(), offset: l.offset }),
            id: design_id(plan),
        };
        Ok(Top { link, pll, stream, board: board.clone(), bank_bits: bank.ilog2(), loader })
    }

    /// The name of the constraint file.
    pub fn constraints_name(&self) -> String {
        format!("{}.{}", self.link.top, constraints_extension(self.board.device().family()))
    }

    /// Everything beside the core's own files: the wrapper, the top module and what it stands on (children first),
    /// the constraints, `link.json`, and scripts for Vivado where it is needed. Paths are relative to the generated directory.
    pub fn files(&self, core: &Manifest) -> Vec<SourceFile> {
        let mut files = self.stream.files(core);
        files.extend(sources::files(BOARD_DIR, &core.top, sources::LINK));
        if self.loader.is_some() {
            files.extend(sources::files(BOARD_DIR, &core.top, sources::FLASH));
        }
        let mut add =
            |name: String, text| files.push(SourceFile { path: format!("{BOARD_DIR}/{name}"), text });
        add(format!("{}.v", self.link.top), owned(&core.top, &self.verilog(core)));
        let constraints = match self.loader {
            Some(_) => self.board.constraints_with_flash(),
            None => self.board.constraints(),
        };
        add(self.constraints_name(), constraints);
        add(super::link::FILE_NAME.into(), self.link.to_json());
        if self.board.device().family() == Family::Xc7 {
            files.extend(self.vivado(core, BOARD_DIR, &files));
        }
        files
    }

    /// What the flash memory must hold from the offset of [`Link::weights`] on: a mark, the design's number, the words, a
    /// CRC-16 over all of that. `words` are those of the core's file; none where no weights are loaded.
    pub fn weights(&self, words: &[u16]) -> Option<Vec<u8>> {
        self.loader.as_ref()?;
        let mut image = b"GSW1".to_vec();
        image.extend(self.link.id.to_le_bytes());
        words.iter().for_each(|w| image.extend(w.to_le_bytes()));
        let crc = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(&image);
        image.extend(crc.to_be_bytes());
        Some(image)
    }

    fn verilog(&self, core: &Manifest) -> String {
        let mut text = format!(
            "// {}\n// {} on {} ({}), {} MHz, {} bits a second.\n// The parameters are for simulators, which have no time to lose.\n",
            self.link.top,
            self.stream.module,
            self.board.title,
            self.board.part,
            self.link.clock_mhz,
            self.link.serial.baud
        );
        let _ = write!(
            text,
            "`default_nettype none
module {} #(
    parameter [15:0] DIVISOR = 16'd{},
    parameter TIMEOUT_BITS = {}{}
) (
    input wire clk_in,
{}    input wire uart_rx,
    output wire uart_tx
);
    wire clk;
    wire locked;
",
            self.link.top,
            self.link.serial.divisor,
            self.link.timeout_clocks_log2,
            core.rom_dir.as_ref().map_or(String::new(), |name| format!(",\n    parameter {name} = \"\"")),
            self.optional_ports()
        );
        match &self.pll.primitive {
            None => text.push_str("    assign clk = clk_in;\n    assign locked = 1'b1;\n"),
            Some(primitive) => clock_cell(primitive, &mut text),
        }
        self.reset_and_lights(&mut text);
        self.link_and_core(core, &mut text);
        text.push_str("endmodule\n`default_nettype wire\n");
        text
    }

    fn optional_ports(&self) -> String {
        let leds = &self.board.leds;
        let port = |there: bool, text| if there { text } else { "" };
        [
            port(self.board.reset.is_some(), "    input wire button,\n"),
            port(leds.alive.is_some(), "    output wire led_alive,\n"),
            port(leds.error.is_some(), "    output wire led_error,\n"),
            port(
                self.loader.is_some(),
                "    output wire flash_sck,\n    output wire flash_ss,\n    output wire flash_so,\n    \
                 input wire flash_si,\n",
            ),
        ]
        .concat()
    }

    fn reset_and_lights(&self, text: &mut String) {
        let pressed = match &self.board.reset {
            None => "1'b0",
            Some(b) if b.active_low => "~button",
            Some(_) => "button",
        };
        let leds = &self.board.leds;
        let on = if leds.active_low { "~" } else { "" };
        let _ = write!(
            text,
            "
    wire rst;
    gainstage_reset reset (.clk(clk), .locked(locked), .button({pressed}), .rst(rst));

    wire error;
"
        );
        let wrong = if self.loader.is_some() { "(error | fault)" } else { "error" };
        if self.loader.is_some() {
            text.push_str("    wire fault;\n    wire loaded;\n");
        }
        if leds.error.is_some() {
            let _ = writeln!(text, "    assign led_error = {on}{wrong};");
        } else {
            let _ = writeln!(text, "    wire unused_error = &{{1'b0, {wrong}}};");
        }
        if leds.alive.is_some() {
            // Between one and two blinks a second.
            let bits = (self.link.clock_mhz * 1e6).log2().floor();
            let _ = write!(
                text,
                "    wire beat;
    gainstage_blink #(.BITS({bits})) blink (.clk(clk), .q(beat));
    assign led_alive = {on}beat;
"
            );
        }
    }

    /// What reads the weights; until they are all there, the line is silent.
    fn loader(&self, loader: &Loader, text: &mut String) {
        let _ = write!(
            text,
            "
    wire load_start;
    wire load_valid;
    wire [15:0] load_data;
    gainstage_flash #(
        .ADDRESS(24'h{:06x}),
        .WORDS(24'd{}),
        .ID(32'h{:08x}),
        .WAKE_BITS({})
    ) flash (
        .clk(clk), .rst(rst), .fault(fault), .sck(flash_sck), .ss(flash_ss), .so(flash_so), .si(flash_si),
        .load_start(load_start), .load_valid(load_valid), .load_data(load_data)
    );
",
            loader.offset,
            loader.load.words,
            self.link.id,
            (WAKE * self.link.clock_mhz * 1e6).log2().ceil() as u32
        );
    }

    fn link_and_core(&self, core: &Manifest, text: &mut String) {
        self.loader.iter().for_each(|loader| self.loader(loader, text));
        let (silent, load) = match &self.loader {
            None => ("rst", String::new()),
            Some(Loader { load: Load { start, valid, data, loaded, .. }, .. }) => (
                "rst | ~loaded",
                format!(
                    "        .{start}(load_start),\n        .{valid}(load_valid),\n        .{data}(load_data),\n        \
                     .{loaded}(loaded),\n"
                ),
            ),
        };
        let Link { in_bytes, out_bytes, max_count, id, .. } = self.link;
        let lane_bits = out_bytes.next_power_of_two().ilog2().max(2);
        let _ = write!(
            text,
            "
    wire [{}:0] s_data;
    wire s_valid;
    wire s_ready;
    wire s_last;
    wire [{}:0] m_data;
    wire m_valid;
    wire m_ready;
    wire m_last;
    gainstage_link #(
        .DIVISOR(DIVISOR),
        .TIMEOUT_BITS(TIMEOUT_BITS),
        .IN_BYTES(16'd{in_bytes}),
        .OUT_BYTES(16'd{out_bytes}),
        .MAX_COUNT(8'd{max_count}),
        .BANK_BITS({}),
        .LANE_BITS({lane_bits}),
        .ID(32'h{id:08x})
    ) link (
        .clk(clk), .rst({silent}), .rx(uart_rx), .tx(uart_tx), .error(error),
        .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready), .s_last(s_last),
        .m_data(m_data), .m_valid(m_valid), .m_ready(m_ready), .m_last(m_last)
    );
    {} {}axis (
        .aclk(clk),
        .aresetn(~rst),
{load}        .s_axis_tdata(s_data),
        .s_axis_tvalid(s_valid),
        .s_axis_tready(s_ready),
        .s_axis_tlast(s_last),
        .m_axis_tdata(m_data),
        .m_axis_tvalid(m_valid),
        .m_axis_tready(m_ready),
        .m_axis_tlast(m_last)
    );
",
            8 * in_bytes - 1,
            8 * out_bytes - 1,
            self.bank_bits,
            self.stream.module,
            core.rom_dir.as_ref().map_or(String::new(), |name| format!("#(.{name}({name})) "))
        );
    }
}

fn clock_cell(p: &Primitive, text: &mut String) {
    let list = |all: Vec<String>| all.join(",\n        ");
    if p.feedback {
        // The cell of such a family leaves the clock network to a buffer of its own.
        text.push_str(
            "    wire feedback;\n    wire clk_made;\n    BUFG clock_buffer (.I(clk_made), .O(clk));\n",
        );
    }
    if !p.attributes.is_empty() {
        let all: Vec<String> = p.attributes.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let _ = writeln!(text, "    (* {} *)", all.join(", "));
    }
    let _ = writeln!(
        text,
        "    {} #(\n        {}\n    ) pll (\n        {}\n    );",
        p.cell,
        list(p.parameters.iter().map(|(name, value)| format!(".{name}({value})")).collect()),
        list(p.ports.iter().map(|(name, to)| format!(".{name}({to})")).collect())
    );
}
