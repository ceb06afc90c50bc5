// Drives an AXI4-Stream wrapper with random stalls on both sides and checks the protocol.
// Arguments: beats in, beats out, number of beats, seed, whether to stall. A beat in a file is its data, then TLAST.
#include "Vtop.h"
#include "verilated.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

// Small, seeded, and the same everywhere.
struct Random {
    uint64_t s;
    uint32_t next() {
        s ^= s << 13, s ^= s >> 7, s ^= s << 17;
        return static_cast<uint32_t>(s >> 32);
    }
    bool one_in_hundred_times(uint32_t n) { return next() % 100 < n; }
};

// Ports are little-endian arrays of bytes on the machines this runs on, however wide they are.
template <class Port> void put(Port& port, const uint8_t* bytes, size_t n) {
    memset(&port, 0, sizeof port);
    memcpy(&port, bytes, n);
}

int fail(uint64_t cycle, const char* what) {
    fprintf(stderr, "cycle %llu: %s\n", static_cast<unsigned long long>(cycle), what);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return fail(0, "wrong arguments");
    const uint64_t total = strtoull(argv[3], nullptr, 10);
    Random random{strtoull(argv[4], nullptr, 10) * 2654435761u + 88172645463325252u};
    const bool stall = argv[5][0] == '1';
    FILE* in = fopen(argv[1], "rb");
    FILE* out = fopen(argv[2], "wb");
    if (!in || !out) return fail(0, "cannot open the files of beats");

    VerilatedContext context;
    context.randReset(2);
    context.randSeed(static_cast<int>(random.next() & 0x7ffffffe) + 1);
    Vtop top{&context};
    top.aclk = 0, top.aresetn = 0, top.s_axis_tvalid = 0, top.m_axis_tready = 0, top.s_axis_tlast = 0;
    for (int i = 0; i < 8; ++i) top.aclk = 0, top.eval(), top.aclk = 1, top.eval();
    if (top.m_axis_tvalid) return fail(0, "m_axis_tvalid is high in reset");
    top.aresetn = 1;

    std::vector<uint8_t> beat(IN_BYTES + 1), held(OUT_BYTES + 1), now(OUT_BYTES + 1);
    uint64_t sent = 0, received = 0, cycle = 0, idle = 0, first = 0, last = 0;
    uint32_t send = 100, take = 100;
    bool offered = false, stalled = false;
    // Long after the last beat nothing more may come.
    while (received < total || idle < 4 * PATIENCE) {
        if (stall && cycle % 512 == 0) {
            static const uint32_t rates[] = {0, 3, 30, 70, 97, 100};
            send = rates[random.next() % 6], take = rates[random.next() % 6];
        }
        if (!offered && sent < total && random.one_in_hundred_times(send)) {
            if (fread(beat.data(), 1, beat.size(), in) != beat.size()) return fail(cycle, "too few beats in the file");
            offered = true;
        }
        top.s_axis_tvalid = offered;
        put(top.s_axis_tdata, beat.data(), IN_BYTES);
        top.s_axis_tlast = beat[IN_BYTES];
        top.m_axis_tready = random.one_in_hundred_times(take);
        top.aclk = 0, top.eval();

        memcpy(now.data(), &top.m_axis_tdata, OUT_BYTES), now[OUT_BYTES] = top.m_axis_tlast;
        if (stalled && !top.m_axis_tvalid) return fail(cycle, "m_axis_tvalid fell before its beat was taken");
        if (stalled && now != held) return fail(cycle, "m_axis_tdata or m_axis_tlast changed while it waited");
        stalled = top.m_axis_tvalid && !top.m_axis_tready, held = now;
        if (top.m_axis_tvalid && top.m_axis_tready) {
            if (received++ == total) return fail(cycle, "a beat too many came out");
            if (received == 1) first = cycle;
            last = cycle;
            fwrite(now.data(), 1, now.size(), out);
            idle = 0;
        } else if (++idle > (stall ? 40000 : 0) + 8 * PATIENCE) {
            return fail(cycle, "no beat came out for too long");
        }
        if (offered && top.s_axis_tready) offered = false, ++sent;
        top.aclk = 1, top.eval();
        ++cycle;
    }
    if (fclose(out) != 0) return fail(cycle, "cannot write the file of beats");
    printf("%llu %llu\n", static_cast<unsigned long long>(cycle), static_cast<unsigned long long>(last - first));
    return 0;
}
