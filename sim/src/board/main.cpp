// A board's top module with its serial line on a pseudo-terminal. Arguments: the file that gets the terminal's name; with
// FLASH_OFFSET, what the flash memory holds from there on.
// Ends when the host closes the terminal, when that file goes away, or with its parent.
#include "Vtop.h"
#include "verilated.h"
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace {

int fail(const char* what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

int open_terminal(const char* file) {
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return -1;
    // Bytes as they are: no echo, no lines, no control characters.
    termios raw;
    if (tcgetattr(master, &raw) != 0) return -1;
    cfmakeraw(&raw);
    if (tcsetattr(master, TCSANOW, &raw) != 0 || fcntl(master, F_SETFL, O_NONBLOCK) != 0) return -1;
    // The name appears whole.
    const std::string part = std::string(file) + ".part";
    FILE* f = fopen(part.c_str(), "w");
    if (!f || fputs(ptsname(master), f) < 0 || fclose(f) != 0 || rename(part.c_str(), file) != 0) return -1;
    return master;
}

// Bytes onto the line, DIVISOR clocks a bit.
struct Sender {
    std::deque<uint8_t> queue;
    uint32_t bits = 1, left = 0, timer = 0;
    bool idle() const { return left == 0 && queue.empty(); }
    bool line() {
        if (left == 0 && !queue.empty()) {
            bits = (queue.front() | 0x300u) << 1, left = 10, timer = DIVISOR;
            queue.pop_front();
        }
        const bool now = left == 0 || (bits & 1);
        if (left && --timer == 0) bits >>= 1, --left, timer = DIVISOR;
        return now;
    }
};

// Bytes off the line, read in the middle of each bit.
struct Listener {
    uint32_t bits = 0, count = 0, timer = 0;
    bool active = false;
    int clock(bool line) {
        if (!active) {
            if (!line) active = true, count = 0, timer = DIVISOR / 2;
            return -1;
        }
        if (timer-- != 0) return -1;
        timer = DIVISOR - 1;
        if (count == 0 && line) active = false;
        if (count >= 1 && count <= 8) bits = (bits >> 1) | (line ? 0x80u : 0);
        if (count++ < 9) return -1;
        active = false;
        return line ? static_cast<int>(bits) : -1;
    }
};

#ifdef FLASH_OFFSET
// A serial flash memory, SPI mode 0. Configuration has left it asleep: it hears nothing but the command that wakes it.
struct Flash {
    std::vector<uint8_t> image;
    bool asleep = true, clocked = false, data = false;
    uint32_t word = 0, count = 0;

    bool load(const char* file) {
        FILE* f = fopen(file, "rb");
        if (!f) return false;
        for (int c; (c = fgetc(f)) != EOF;) image.push_back(static_cast<uint8_t>(c));
        return fclose(f) == 0;
    }
    // What is nowhere written is erased.
    uint8_t at(uint32_t address) const {
        const uint32_t i = address - FLASH_OFFSET;
        return address >= FLASH_OFFSET && i < image.size() ? image[i] : 0xff;
    }
    void clock(bool sck, bool select, bool in) {
        if (select) {
            if (count == 8 && (word & 0xff) == 0xab) asleep = false;
            word = count = 0;
        } else if (sck && !clocked) {
            if (count < 32) word = word << 1 | static_cast<uint32_t>(in);
            ++count;
        } else if (!sck && clocked && count >= 32) {
            const uint32_t bit = count - 32;
            const bool reads = !asleep && word >> 24 == 0x03;
            data = !reads || (at((word & 0xffffff) + bit / 8) >> (7 - bit % 8) & 1);
        }
        clocked = sck;
    }
};
#endif

}  // namespace

int main(int argc, char** argv) {
#ifdef FLASH_OFFSET
    Flash flash;
    if (argc != 3 || !flash.load(argv[2])) return fail("two arguments");
#else
    if (argc != 2) return fail("one argument");
#endif
    const pid_t parent = getppid();
    const int terminal = open_terminal(argv[1]);
    if (terminal < 0) return fail("pseudo-terminal");

    VerilatedContext context;
    context.randReset(2);
    context.randSeed(1);
    Vtop top{&context};
#ifdef BUTTON_IDLE
    top.button = BUTTON_IDLE;
#endif
    Sender sender;
    Listener listener;
    std::deque<uint8_t> answer;
    bool spoken = false;
    uint64_t quiet = 0;
    for (uint64_t cycle = 0;; ++cycle) {
        top.uart_rx = sender.line();
        top.clk_in = 0, top.eval();
        const int byte = listener.clock(top.uart_tx);
        if (byte >= 0) answer.push_back(static_cast<uint8_t>(byte));
        top.clk_in = 1, top.eval();
        bool busy = false;
#ifdef FLASH_OFFSET
        flash.clock(top.flash_sck, top.flash_ss, top.flash_so);
        top.flash_si = flash.data;
        busy = !top.flash_ss || cycle < SILENCE;
#endif
        quiet = !busy && sender.idle() && !listener.active && answer.empty() ? quiet + 1 : 0;
        if (cycle % 128 != 0) continue;

        // Long after the last byte nothing happens in the circuit either: wait for the host instead.
        if (quiet > SILENCE) {
            pollfd wait{terminal, POLLIN, 0};
            poll(&wait, 1, 50);
            if (access(argv[1], F_OK) != 0 || getppid() != parent) return 0;
        }
        uint8_t buffer[256];
        if (sender.queue.size() < sizeof buffer) {
            const ssize_t n = read(terminal, buffer, sizeof buffer);
            if (n > 0) sender.queue.insert(sender.queue.end(), buffer, buffer + n), spoken = true;
            // Nobody holds the other end: before the first byte not yet, after it no more.
            if (n < 0 && errno == EIO) {
                if (spoken) return 0;
                usleep(1000);
            }
        }
        while (!answer.empty()) {
            const uint8_t b = answer.front();
            if (write(terminal, &b, 1) != 1) break;
            answer.pop_front();
        }
    }
}
