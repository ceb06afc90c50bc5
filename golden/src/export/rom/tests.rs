use super::*;
use proptest::prelude::*;

fn image(width: u32, words: &[u128]) -> RomImage {
    let mask = u128::MAX >> (128 - width);
    RomImage::new("table0", width, words.iter().map(|w| w & mask).collect()).expect("a sound image")
}

fn read(format: RomFormat, text: &str, width: u32) -> Result<Vec<u128>, String> {
    let path = format!("t.{}", format.extension());
    format.read(text.as_bytes(), Path::new(&path), width).map_err(|e| e.to_string())
}

fn refused(format: RomFormat, text: &str, width: u32) -> String {
    read(format, text, width).expect_err("must be refused")
}

proptest! {
    #[test]
    fn what_is_written_reads_back(words in prop::collection::vec(any::<u128>(), 1..70), width in 1u32..=128) {
        let image = image(width, &words);
        for format in RomFormat::ALL {
            let bytes = format.write(&image);
            let back = format.read(&bytes, Path::new("t"), width);
            prop_assert_eq!(back.as_deref(), Ok(image.words()), "{:?} of {} bits", format, width);
        }
    }

    #[test]
    fn noise_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), width in 0u32..140) {
        for format in RomFormat::ALL {
            if let Ok(words) = format.read(&bytes, Path::new("t"), width) {
                prop_assert!(words.iter().all(|w| bits(*w) <= width));
            }
        }
    }
}

#[test]
fn every_width_and_many_depths_read_back() {
    for width in 1..=128 {
        let extremes = [u128::MAX, 0, 1, 1 << 127, 0x5555_5555_5555_5555_5555_5555_5555_5555];
        for depth in [1, 2, 3, 4, 5, 255, 256, 257] {
            let words: Vec<u128> = extremes.into_iter().cycle().take(depth).collect();
            let image = image(width, &words);
            for format in RomFormat::ALL {
                let bytes = format.write(&image);
                let back = format.read(&bytes, Path::new("t"), width).expect("reads back");
                assert_eq!(back, image.words(), "{format:?}, {width} bits, {depth} words");
            }
        }
    }
}

#[test]
fn files_look_as_the_tools_expect() {
    let image = RomImage::of_codes("bias", 12, &[-1, 5]).expect("codes of 12 bits");
    let text = |format: RomFormat| String::from_utf8(format.write(&image)).expect("text");
    assert_eq!(
        text(RomFormat::Coe),
        "; bias: 2 words of 12 bits, address 0 first\nmemory_initialization_radix=16;\n\
         memory_initialization_vector=\nfff,\n005;\n"
    );
    assert_eq!(text(RomFormat::MifXilinx), "111111111111\n000000000101\n");
    assert!(text(RomFormat::MifAltera).ends_with("CONTENT BEGIN\n  0 : fff;\n  1 : 005;\nEND;\n"));
    assert_eq!(RomFormat::Binary.write(&image), [0xff, 0x0f, 0x05, 0x00]);
    assert!(
        text(RomFormat::CHeader).contains("static const uint16_t bias[2] = {\n    0x0fff,\n    0x0005,\n};")
    );
    let wide = RomImage::new("w", 68, vec![(0xau128 << 64) | 1]).expect("fits");
    let header = String::from_utf8(RomFormat::CHeader.write(&wide)).expect("text");
    assert!(header.contains("{0x0000000000000001, 0x000000000000000a},"), "{header}");
}

#[test]
fn the_vendors_dialects_are_read() {
    let coe =
        "; a memory\nMemory_Initialization_Radix = 10; ten\nmemory_initialization_vector = 1, 2,\n3 -4;\n";
    assert_eq!(read(RomFormat::Coe, coe, 4), Ok(vec![1, 2, 3, 12]));
    let coe =
        ";\n; a memory\n;\nmemory_initialization_radix=2;\nmemory_initialization_vector=\n1,\n10\n;\n;\n";
    assert_eq!(read(RomFormat::Coe, coe, 4), Ok(vec![1, 2]));
    let mif = "% two\nlines % width = 4; DEPTH=8; -- rest\nADDRESS_RADIX=UNS; DATA_RADIX=DEC;\n\
               Content Begin\n0 : 7; 1 : -8 3;\n[3..7] : 1 2;\nEnd;\n";
    assert_eq!(read(RomFormat::MifAltera, mif, 4), Ok(vec![7, 8, 3, 1, 2, 1, 2, 1]));
    let header = "#define T_WIDTH 3\n#define T_DEPTH 2\n// 9\nconst unsigned char t[] = { 7u, /* 9 */ 0x1 };";
    assert_eq!(read(RomFormat::CHeader, header, 3), Ok(vec![7, 1]));
    assert_eq!(read(RomFormat::MifXilinx, "\r\n101\r\n", 3), Ok(vec![5]));
}

/// What vendors' tools and editors on other systems write.
#[test]
fn marks_latin_1_and_missing_ends_are_read() {
    let raw =
        |format: RomFormat, bytes: &[u8]| format.read(bytes, Path::new("t"), 8).map_err(|e| e.to_string());
    let coe = b"\xef\xbb\xbfmemory_initialization_radix=16;\nmemory_initialization_vector=\n00,01,0a;\n";
    assert_eq!(raw(RomFormat::Coe, coe), Ok(vec![0, 1, 10]));
    let coe = b"; Gr\xf6\xdfe 3\nmemory_initialization_radix=16;\nmemory_initialization_vector=\n00,01,0a;\n";
    assert_eq!(raw(RomFormat::Coe, coe), Ok(vec![0, 1, 10]));
    let mif = b"\xef\xbb\xbfWIDTH=8;\nDEPTH=2;\nCONTENT BEGIN\n0:1; -- \xb5\n1:2;\nEND;\n";
    assert_eq!(raw(RomFormat::MifAltera, mif), Ok(vec![1, 2]));
    assert_eq!(raw(RomFormat::MifXilinx, b"\xef\xbb\xbf00000001\r\n"), Ok(vec![1]));
    assert_eq!(raw(RomFormat::Mem, b"\xef\xbb\xbf01 // \xb5\n02\n"), Ok(vec![1, 2]));
    let header = b"\xef\xbb\xbf/* \xe9 */\n#define T_WIDTH 8\n#define T_DEPTH 1\nconst int t[1] = {7};";
    assert_eq!(raw(RomFormat::CHeader, header), Ok(vec![7]));

    // No semicolon at the end, comments of both kinds, a filter's coefficients.
    let coe = "// by hand\nmemory_initialization_radix=16; // hexadecimal; really\nmemory_initialization_vector=\n\
               00, // zero; nothing\n; all of it\n01,\n0a";
    assert_eq!(read(RomFormat::Coe, coe, 8), Ok(vec![0, 1, 10]));
    let fir = "; a filter\nRadix = 10;\nCoefficient_Width = 8;\nCoefData = -1,\n2,\n-128;\n";
    assert_eq!(read(RomFormat::Coe, fir, 8), Ok(vec![255, 2, 128]));
}

#[test]
fn faults_name_file_line_and_value() {
    let coe =
        |vector: &str| format!("memory_initialization_radix=16;\nmemory_initialization_vector=\n{vector}");
    let bad = |vector: &str| refused(RomFormat::Coe, &coe(vector), 8);
    assert_eq!(bad("12,\n1ff;"), "t.coe:4: \"1ff\" is not a word of 8 bits in radix 16");
    assert_eq!(bad("12,\nxy;"), "t.coe:4: \"xy\" is not a word of 8 bits in radix 16");
    assert_eq!(bad(""), "t.coe: there are no words");
    assert_eq!(bad(";"), "t.coe: there are no words");
    assert_eq!(bad("1;\n2"), "t.coe:4: found \"2\", expected the end of the file");
    let radix = refused(RomFormat::Coe, "memory_initialization_radix=7;", 8);
    assert_eq!(radix, "t.coe:1: found \"7\", expected radix 2, 10 or 16");

    let mif =
        |body: &str| refused(RomFormat::MifAltera, &format!("WIDTH=8;\nDEPTH=4;\nCONTENT BEGIN\n{body}"), 8);
    assert_eq!(mif("0 : 1;\nEND;"), "t.mif: no word for address 0x1 of 4: write every address");
    assert_eq!(mif("4 : 1;\nEND;"), "t.mif:4: \"4\" is not an address below 4 in radix 16");
    assert_eq!(mif("[0..3] : 1;\n2 : 1;\nEND;"), "t.mif:5: address 0x2 is written a second time");
    assert_eq!(mif("0 : 100;\nEND;"), "t.mif:4: \"100\" is not a word of 8 bits in radix 16");
    let width = refused(RomFormat::MifAltera, "WIDTH=9;\nDEPTH=4;\nCONTENT BEGIN END;", 8);
    assert_eq!(width, "t.mif: words of 9 bits, but the memory has 8: write the file for this memory");
    let deep =
        refused(RomFormat::MifAltera, "WIDTH=8; DEPTH=99999999999; CONTENT BEGIN [0..fffffff]:0; END;", 8);
    assert_eq!(deep, "t.mif: more than 1048576 words");

    assert_eq!(
        refused(RomFormat::MifXilinx, "0101\n010\n", 4),
        "t.mif:2: words of 3 bits, but the memory has 4: write the file for this memory"
    );
    assert_eq!(
        refused(RomFormat::MifXilinx, "01x1\n", 4),
        "t.mif:1: \"01x1\" is not a word of 4 bits in radix 2"
    );
    let bytes = |content: &[u8]| {
        RomFormat::Binary.read(content, Path::new("t.bin"), 12).expect_err("refused").to_string()
    };
    assert_eq!(bytes(&[1, 2, 3]), "t.bin: byte 2: 1 bytes are left, but a word of 12 bits takes 2");
    assert_eq!(bytes(&[0, 0, 0, 0x10]), "t.bin: byte 2: 0x1000 does not fit 12 bits");
    let header = "#define T_WIDTH 8\n#define T_DEPTH 3\nconst int t[3] = {1, 2};";
    assert_eq!(refused(RomFormat::CHeader, header, 8), "t.h: 2 words, but a depth of 3 is stated");
    assert_eq!(
        refused(RomFormat::Mem, "0\n1f\n", 4),
        "t.mem: word 0x1 is 0x1f, which does not fit 4 bits: widen the memory"
    );
    let raw =
        |bytes: &[u8]| RomFormat::Coe.read(bytes, Path::new("t.coe"), 8).expect_err("refused").to_string();
    assert_eq!(raw(b"a\n\0"), "t.coe:2: this is not a text file (UTF-8 or Latin-1)");
    assert_eq!(raw(b"\xff\xfer\0a\0"), "t.coe:1: this is not a text file (UTF-8 or Latin-1)");
    // Outside comments a letter of Latin-1 is no more a word than one of UTF-8.
    assert!(raw(&[coe("").as_bytes(), b"\xb5;"].concat()).starts_with("t.coe:3: \"\u{b5}\" is not a word"));
    let head = "radix = 10;\ncoefdata = 1;";
    assert_eq!(
        refused(RomFormat::Coe, &head.replace("radix", "depth"), 8),
        "t.coe:1: found \"depth\", expected memory_initialization_radix, memory_initialization_vector, radix or coefdata"
    );
    assert_eq!(
        refused(RomFormat::Coe, "coefdata = 1;", 8),
        "t.coe:1: found \"coefdata\", expected memory_initialization_radix"
    );
}

#[test]
fn images_are_checked() {
    let message = |r: Result<RomImage, ImageError>| r.expect_err("must be refused").to_string();
    assert!(message(RomImage::new("a; b", 8, vec![0])).contains("cannot name a memory"));
    assert!(message(RomImage::new("a", 0, vec![0])).contains("0 bits"));
    assert!(message(RomImage::new("a", 8, vec![])).contains("0 words"));
    assert_eq!(
        message(RomImage::new("a", 8, vec![0, 0x100])),
        "word 0x1 is 0x100, which does not fit 8 bits: widen the memory"
    );
    assert!(RomImage::of_codes("a", 8, &[-129]).is_err());
    assert_eq!(RomImage::of_codes("a", 8, &[-128]).expect("fits").words(), [0x80]);
}
