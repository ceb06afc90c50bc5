//! Words that mean something already. All in small letters: names are compared so.

/// Whether a list of words has one.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// Lists of words and who has them.
pub(super) const LISTS: &[(&str, &str)] = &[
    ("Verilog or SystemVerilog reserves the word", VERILOG),
    ("SystemVerilog has a package or class of that name", VERILOG_NAMES),
    ("VHDL reserves the word", VHDL),
    ("VHDL has a library or type of that name", VHDL_NAMES),
    ("C or C++ reserves the word", C),
    ("a port of circuits is called so", PORTS),
    ("a part of simulators or of this program is called so", PARTS),
    ("Windows has a device of that name", DEVICES),
    ("an FPGA vendor's library has a module of that name", CELLS),
];

/// IEEE 1800-2017, annex B: all of Verilog-2005's words and SystemVerilog's; and those of 1800-2023.
pub(super) const VERILOG: &str = "accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before \
    begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos \
    config const constraint context continue cover covergroup coverpoint cross deassign default defparam design disable \
    dist do edge else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup \
    endinterface endmodule endpackage endprimitive endprogram endproperty endspecify endsequence endtable endtask enum \
    event eventually expect export extends extern final first_match for force foreach forever fork forkjoin function \
    generate genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include \
    initial inout input inside instance int integer interconnect interface intersect join join_any join_none large let \
    liblist library local localparam logic longint macromodule matches medium modport module nand negedge nettype new \
    nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive \
    priority program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand \
    randc randcase randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran \
    rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal \
    showcancelled signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 \
    supply1 sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 \
    tranif1 tri tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use \
    uwire var vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor";

/// What SystemVerilog defines without reserving it.
const VERILOG_NAMES: &str = "std process semaphore mailbox randomize";

/// VHDL-2019 (IEEE 1076), with the words of its property language.
const VHDL: &str = "abs access after alias all and architecture array assert assume assume_guarantee attribute begin block \
    body buffer bus case component configuration constant context cover default disconnect downto else elsif end entity \
    exit fairness file for force function generate generic group guarded if impure in inertial inout is label library \
    linkage literal loop map mod nand new next nor not null of on open or others out package parameter port postponed \
    private procedure process property protected pure range record register reject release rem report restrict \
    restrict_guarantee return rol ror select sequence severity shared signal sla sll sra srl strong subtype then to \
    transport type unaffected units until use variable vector view vmode vpkg vprop vunit wait when while with xnor xor";

/// Libraries and what the packages of every VHDL file declare.
const VHDL_NAMES: &str = "work std ieee standard textio bit bit_vector boolean boolean_vector character string integer natural \
    positive real time delay_length severity_level std_logic std_ulogic \
    std_logic_vector std_ulogic_vector std_logic_1164 numeric_std numeric_bit signed unsigned now";

/// C23 with the older words, C++23 with its other spellings, and what C's headers make macros of.
const C: &str = "alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case \
    catch char char8_t char16_t char32_t class co_await co_return co_yield compl concept const const_cast consteval \
    constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit export extern false \
    final float for fortran friend goto if import inline int long module mutable namespace new noexcept not not_eq \
    nullptr operator or or_eq override private protected public reflexpr register reinterpret_cast requires restrict \
    return short signed sizeof static static_assert static_cast struct switch synchronized template this thread_local \
    throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while \
    xor xor_eq main std errno linux unix";

/// Ports of circuits, of their stream wrappers and of boards.
const PORTS: &str = "clk rst in_valid in_ready out_valid load_start load_valid load_data loaded aclk aresetn clk_in button led_alive led_error \
    uart_rx uart_tx flash_sck flash_ss flash_so flash_si";

/// Modules and files that stand beside a design in simulators.
const PARTS: &str = "gainstage clock_cells glbl verilated";

/// Files that Windows does not let anybody make, whatever stands behind the dot.
const DEVICES: &str = "con prn aux nul";

/// Vendors' modules that are written in small letters.
const CELLS: &str = "altsyncram altpll altddio_in altddio_out alt_inbuf alt_outbuf";

/// Include files of C, of C++ and of POSIX that a file beside a program would hide.
pub(super) const HEADERS: &str = "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign \
    stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar \
    wctype aio alloca byteswap cpio dirent dlfcn elf endian err error execinfo fcntl features fmtmsg fnmatch fts ftw \
    getopt glob gnu_versions grp iconv ifaddrs langinfo libgen libintl malloc memory monetary mqueue ndbm \
    netdb nl_types poll pthread pty pwd regex resolv sched semaphore spawn stdc_predef strings stropts syslog tar \
    termios ucontext ulimit unistd utime utmp utmpx wait wordexp io conio dos windows";
