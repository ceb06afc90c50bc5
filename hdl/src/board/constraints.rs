//! Pins and clocks in the words of the tools: `.pcf`, `.lpf`, `.xdc`.

use super::{Board, Device, Pull};
use std::fmt::Write;

/// A port of the board's top module.
struct Line<'a> {
    port: &'static str,
    pin: &'a str,
    standard: &'a str,
    pull: Pull,
}

impl Board {
    /// The constraint file for the ports of the board's top module: `clk_in`, `uart_rx`, `uart_tx`, and where the
    /// board has them `led_alive`, `led_error`, `button`.
    pub fn constraints(&self) -> String {
        match self.device() {
            Device::Ice40 { .. } => self.pcf(),
            Device::Ecp5 { .. } => self.lpf(),
            Device::Xc7 { .. } => self.xdc(),
        }
    }

    /// The same with the pins of the flash memory, for a top module that reads it.
    pub fn constraints_with_flash(&self) -> String {
        let mut text = self.constraints();
        if let Some(f) = &self.flash {
            for (port, pin) in [("sck", &f.sck), ("ss", &f.ss), ("so", &f.so), ("si", &f.si)] {
                let _ = writeln!(text, "set_io -nowarn flash_{port} {pin}");
            }
        }
        text
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let line = |port, pin, standard, pull| Line { port, pin, standard, pull };
        let mut lines = vec![
            line("clk_in", &*self.clock.pin, &*self.clock.standard, Pull::None),
            // A line that nobody drives rests at 1, as an idle serial line does.
            line("uart_rx", &self.uart.rx, &self.uart.standard, Pull::Up),
            line("uart_tx", &self.uart.tx, &self.uart.standard, Pull::None),
        ];
        let leds = [("led_alive", &self.leds.alive), ("led_error", &self.leds.error)];
        for (port, pin) in leds {
            lines.extend(pin.as_deref().map(|pin| line(port, pin, &*self.leds.standard, Pull::None)));
        }
        lines.extend(self.reset.as_ref().map(|b| line("button", &*b.pin, &*b.standard, b.pull)));
        lines
    }

    fn head(&self) -> String {
        format!("# {}: {}\n# Pins: {}\n", self.title, self.part, self.source)
    }

    fn pcf(&self) -> String {
        let mut text = self.head();
        for Line { port, pin, pull, .. } in self.lines() {
            // There is no pull-down in these parts.
            let pull = if pull == Pull::Up { "-pullup yes " } else { "" };
            let _ = writeln!(text, "set_io -nowarn {pull}{port} {pin}");
        }
        text
    }

    fn lpf(&self) -> String {
        let mut text = self.head();
        let _ = writeln!(text, "FREQUENCY PORT \"clk_in\" {} MHZ;", self.clock.mhz);
        for Line { port, pin, standard, pull } in self.lines() {
            let pull = match pull {
                Pull::None => "NONE",
                Pull::Up => "UP",
                Pull::Down => "DOWN",
            };
            // Differential receivers of the memory standards have no pull resistors.
            let pull = if standard.starts_with("SSTL") { String::new() } else { format!(" PULLMODE={pull}") };
            let _ = writeln!(text, "LOCATE COMP \"{port}\" SITE \"{pin}\";");
            let _ = writeln!(text, "IOBUF PORT \"{port}\" IO_TYPE={standard}{pull};");
        }
        text
    }

    fn xdc(&self) -> String {
        let mut text = self.head();
        let period = 1000.0 / self.clock.mhz;
        let _ = writeln!(text, "create_clock -name clk_in -period {period:.3} [get_ports clk_in]");
        for Line { port, pin, standard, pull } in self.lines() {
            let pull = match pull {
                Pull::None => "",
                Pull::Up => " PULLUP TRUE",
                Pull::Down => " PULLDOWN TRUE",
            };
            let _ = writeln!(
                text,
                "set_property -dict {{PACKAGE_PIN {pin} IOSTANDARD {standard}{pull}}} [get_ports {port}]"
            );
        }
        // What a person presses, and what a person sees, has no time to keep.
        for Line { port, .. } in self.lines() {
            let _ = match port {
                "clk_in" => Ok(()),
                "uart_rx" | "button" => writeln!(text, "set_false_path -from [get_ports {port}]"),
                _ => writeln!(text, "set_false_path -to [get_ports {port}]"),
            };
        }
        text.push_str(
            "set_property CFGBVS VCCO [current_design]\nset_property CONFIG_VOLTAGE 3.3 [current_design]\n",
        );
        text
    }
}
