//! The C++ between Verilator's class and Rust: a small C interface that runs batches of cycles.

use gainstage_hdl::arch::LOAD_BITS;
use gainstage_hdl::wrap::manifest::{Load, Manifest, Port};
use std::fmt::Write;

/// The name of Verilator's class.
pub(super) const CLASS: &str = "Vgainstage";

/// The interface's version, part of the cache key through the text that this module writes.
const HEAD: &str = r#"// Between Verilator's class and the C interface. Rows and times: one row is one clock cycle; the outputs
// of a row are read with the clock low, just before the rising edge. In a waveform row t begins at time 10 t.
#include "Vgainstage.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

// The ROM files of the instance being created: absolute paths, each ended by a zero, the list by another.
thread_local const char* t_roms = nullptr;
// Where the first complaint of the simulator goes.
thread_local std::string* t_message = nullptr;

void complain(const char* file, const char* text) {
    if (t_message && t_message->empty()) *t_message = file && *file ? std::string(file) + ": " + text : text;
}

struct Handle {
    VerilatedContext context;
    std::unique_ptr<Vgainstage> top;
#if VM_TRACE
    std::unique_ptr<VerilatedVcdC> vcd;
#endif
    std::string message;
    uint64_t cycle = 0;
};

// Runs `work` with complaints going to the handle; 0 if there were none.
template <class Work> int guarded(Handle* h, Work work) {
    Verilated::threadContextp(&h->context);
    t_message = &h->message;
    try {
        work();
    } catch (const std::exception& e) {
        complain("", e.what());
    }
    t_message = nullptr;
    return h->message.empty() ? 0 : 1;
}

inline int64_t sign_extended(uint64_t v, int width) {
    return static_cast<int64_t>(v << (64 - width)) >> (64 - width);
}

}  // namespace

// Verilator's own would print, or end the process. A failure must not return: some are raised in a loop.
void vl_finish(const char*, int, const char*) { throw std::runtime_error("the circuit called $finish"); }
void vl_stop(const char*, int, const char*) { throw std::runtime_error("the circuit called $stop"); }
void vl_fatal(const char* file, int, const char*, const char* text) {
    complain(file, text);
    throw std::runtime_error(text);
}
void vl_warn(const char* file, int, const char*, const char* text) { complain(file, text); }

// The linker sends every fopen of this library here. Only listed ROM files can be read.
extern "C" FILE* __real_fopen(const char*, const char*);
extern "C" FILE* __wrap_fopen(const char* name, const char* mode) {
    const size_t length = strlen(name);
    for (const char* path = t_roms; path && *path; path += strlen(path) + 1) {
        const size_t all = strlen(path);
        const bool ends = all > length && path[all - length - 1] == '/' && !strcmp(path + all - length, name);
        if (ends) return __real_fopen(path, mode);
    }
    return nullptr;
}

// As the Rust side declares them.
struct Rows {
    const int64_t* in;
    const uint8_t* valid;
    const uint8_t* reset;
    const uint32_t* clocks;
};
struct Recorded {
    int64_t* out;
    uint8_t* valid;
    uint8_t* ready;
    uint32_t* clock;
};

#define GS_EXPORT extern "C" __attribute__((visibility("default")))

GS_EXPORT void gs_destroy(Handle* h) { delete h; }

GS_EXPORT const char* gs_message(const Handle* h) { return h->message.c_str(); }

GS_EXPORT int gs_trace_open(Handle* h, const char* path) {
#if VM_TRACE
    return guarded(h, [&] {
        h->vcd = std::make_unique<VerilatedVcdC>();
        h->top->trace(h->vcd.get(), 99);
        h->vcd->open(path);
        if (!h->vcd->isOpen()) complain(path, "cannot be written");
    });
#else
    (void)h, (void)path;
    return 1;
#endif
}

GS_EXPORT void gs_trace_close(Handle* h) {
#if VM_TRACE
    h->vcd.reset();
#else
    (void)h;
#endif
}

"#;

/// The text of the interface for the ports of one circuit.
pub(super) fn text(m: &Manifest) -> String {
    let mut s = String::from(HEAD);
    let (clock, reset, in_valid) = (&m.clock, &m.reset, &m.in_valid);
    let line = |s: &mut String, text: String| writeln!(s, "{text}").expect("a string grows");

    line(&mut s, "GS_EXPORT Handle* gs_create(const char* roms, int seed) {".into());
    line(&mut s, "    auto h = std::make_unique<Handle>();\n    h->context.randReset(2);".into());
    line(
        &mut s,
        "    h->context.randSeed(seed);\n    h->context.traceEverOn(VM_TRACE);\n    t_roms = roms;".into(),
    );
    line(
        &mut s,
        format!("    guarded(h.get(), [&] {{\n        h->top = std::make_unique<{CLASS}>(&h->context);"),
    );
    line(
        &mut s,
        format!(
            "        h->top->{clock} = 0;\n        h->top->{reset} = 1;\n        h->top->{in_valid} = 0;"
        ),
    );
    m.inputs.iter().for_each(|p| line(&mut s, format!("        h->top->{} = 0;", p.name)));
    line(&mut s, "        h->top->eval();".into());
    m.load.iter().for_each(|l| line(&mut s, loading(l, clock, m.in_ready.as_deref())));
    line(&mut s, "    });\n    t_roms = nullptr;\n    return h.release();\n}\n".into());

    run(m, &mut s);
    s
}

/// The weights go in, word by word, under reset; nothing may be ready before the last one is there.
fn loading(load: &Load, clock: &str, ready: Option<&str>) -> String {
    let Load { start, valid, data, loaded, words, file } = load;
    let file = file.rsplit('/').next().unwrap_or(file);
    let ready = ready.map_or(String::new(), |port| format!(" || top.{port}"));
    format!(
        "        auto& top = *h->top;
        const auto rise = [&] {{ top.{clock} = 1; top.eval(); top.{clock} = 0; }};
        FILE* const from = fopen(\"{file}\", \"r\");
        if (!from) throw std::runtime_error(\"{file}: cannot be read\");
        top.{start} = 1;
        top.{valid} = 0;
        top.{data} = 0;
        top.eval();
        rise();
        top.{start} = 0;
        top.{valid} = 1;
        bool early = false;
        unsigned word = 0;
        uint32_t words = 0;
        for (; fscanf(from, \"%x\", &word) == 1; ++words) {{
            top.{data} = static_cast<uint16_t>(word);
            top.eval();
            early = early || top.{loaded}{ready};
            rise();
        }}
        fclose(from);
        top.{valid} = 0;
        top.eval();
        if (early) throw std::runtime_error(\"loaded or ready before all {words} words of {file} are there\");
        if (!top.{loaded})
            throw std::runtime_error(\"not loaded by \" + std::to_string(words) + \" words of {file}\");"
    )
}

/// `gs_run`: each row's first clock is recorded; its other clocks, with the same inputs, only where they differ.
fn run(m: &Manifest, s: &mut String) {
    let mut line = |text: String| writeln!(s, "{text}").expect("a string grows");
    let (clock, outputs) = (&m.clock, m.outputs.len());
    let ready = m.in_ready.as_ref().map_or("1".into(), |port| format!("top.{port}"));
    line("GS_EXPORT int gs_run(Handle* h, uint64_t rows, const Rows* given, Recorded* got) {".into());
    line(
        "    return guarded(h, [&] {\n        auto& top = *h->top;\n        const int64_t* in = given->in;"
            .into(),
    );
    line("        int64_t* out = got->out;".into());
    line(format!("        const auto codes = [&](int64_t* to) {{ // {outputs} of them"));
    for (i, p) in m.outputs.iter().enumerate() {
        line(format!("            to[{i}] = {};", read(p)));
    }
    line("        };\n        const auto rise = [&] {".into());
    line("#if VM_TRACE\n            if (h->vcd) h->vcd->dump(h->cycle * 10);\n#endif".into());
    line(format!("            top.{clock} = 1;\n            top.eval();"));
    line("#if VM_TRACE\n            if (h->vcd) h->vcd->dump(h->cycle * 10 + 5);\n#endif".into());
    line("            ++h->cycle;\n        };".into());
    line("        for (uint64_t t = 0; t < rows; ++t) {".into());
    for (i, p) in m.inputs.iter().enumerate() {
        let mask = format!("0x{:x}ULL", (1u64 << p.format.width) - 1);
        line(format!("            top.{} = static_cast<uint64_t>(in[{i}]) & {mask};", p.name));
    }
    line(format!("            in += {};\n            top.{} = given->valid[t];", m.inputs.len(), m.in_valid));
    line(format!("            top.{} = given->reset[t];", m.reset));
    line(format!("            top.{clock} = 0;\n            top.eval();\n            codes(out);"));
    line(format!("            got->valid[t] = top.{};\n            got->ready[t] = {ready};", m.out_valid));
    line("            got->clock[t] = 0;\n            rise();".into());
    // An output that differs is noted once; a valid or ready that differs is what matters more, and ends the search.
    line("            bool same = true, steady = true;".into());
    line("            for (uint32_t c = 1; c < given->clocks[t]; ++c) {".into());
    line(format!(
        "                top.{clock} = 0;\n                top.eval();\n                int64_t now[{outputs}];"
    ));
    line("                codes(now);".into());
    line("                if (same && memcmp(now, out, sizeof now)) {".into());
    line("                    same = false;\n                    memcpy(out, now, sizeof now);".into());
    line("                    if (steady) got->clock[t] = c;\n                }".into());
    line(format!("                const uint8_t valid = top.{}, ready = {ready};", m.out_valid));
    line("                if (steady && (valid != got->valid[t] || ready != got->ready[t])) {".into());
    line("                    steady = false;\n                    got->valid[t] = valid;".into());
    line("                    got->ready[t] = ready;\n                    got->clock[t] = c;\n                }".into());
    line(format!(
        "                rise();\n            }}\n            out += {outputs};\n        }}\n    }});\n}}"
    ));
}

fn read(p: &Port) -> String {
    let Port { name, format } = p;
    match format.signed {
        true => format!("sign_extended(top.{name}, {})", format.width),
        false => format!("static_cast<int64_t>(top.{name})"),
    }
}

/// Compares the ports in Verilator's class with those of the manifest. Returns the first difference.
pub(super) fn port_problem(m: &Manifest, header: &str) -> Option<String> {
    let mut found: Vec<(bool, &str, u32)> = header.lines().filter_map(declaration).collect();
    let single = |name, input| (input, name, 1);
    let data = |p: &'_ Port, input| (input, p.name.clone(), p.format.width);
    let mut wanted: Vec<(bool, String, u32)> = vec![
        single(m.clock.clone(), true),
        single(m.reset.clone(), true),
        single(m.in_valid.clone(), true),
        single(m.out_valid.clone(), false),
    ];
    wanted.extend(m.in_ready.iter().map(|name| single(name.clone(), false)));
    if let Some(load) = &m.load {
        let inputs = [(&load.start, 1), (&load.valid, 1), (&load.data, LOAD_BITS)];
        wanted.extend(inputs.map(|(name, bits)| (true, name.clone(), bits)));
        wanted.push(single(load.loaded.clone(), false));
    }
    wanted.extend(m.inputs.iter().map(|p| data(p, true)));
    wanted.extend(m.outputs.iter().map(|p| data(p, false)));
    let word = |input| if input { "input" } else { "output" };
    for (input, name, width) in &wanted {
        let Some(i) = found.iter().position(|f| f.1 == name) else {
            return Some(format!("the manifest's {} `{name}` is not in the Verilog", word(*input)));
        };
        let (is_input, _, has) = found.swap_remove(i);
        if (is_input, has) != (*input, *width) {
            let (w, w2) = (word(*input), word(is_input));
            return Some(format!(
                "`{name}` is {w} of {width} bits in the manifest, {w2} of {has} in the Verilog"
            ));
        }
    }
    let extra = found.first()?;
    Some(format!("the Verilog's {} `{}` is not in the manifest", word(extra.0), extra.1))
}

/// A port in Verilator's class, such as `VL_IN8(&clk,0,0);`: whether an input, name, width.
fn declaration(line: &str) -> Option<(bool, &str, u32)> {
    let (kind, rest) = line.trim().strip_prefix("VL_")?.split_once('(')?;
    let input = kind.starts_with("IN");
    if !input && !kind.starts_with("OUT") {
        return None;
    }
    let mut parts = rest.strip_prefix('&')?.trim_end_matches(");").split(',');
    let name = parts.next()?;
    let msb: u32 = parts.next()?.parse().ok()?;
    let lsb: u32 = parts.next()?.parse().ok()?;
    Some((input, name, msb + 1 - lsb))
}
