package org.silofold.demo.report;

import java.util.Locale;

/** Numbers for people. */
final class Numbers {
    private Numbers() {}

    /** Three significant digits with k, M, G: {@code 1.23M}. */
    static String compact(double value) {
        double size = Math.abs(value);
        if (size >= 999.5e6) {
            return significant(value / 1e9) + "G";
        } else if (size >= 999.5e3) {
            return significant(value / 1e6) + "M";
        } else if (size >= 999.5) {
            return significant(value / 1e3) + "k";
        }
        return significant(value);
    }

    /** Three significant digits, no exponent, no trailing zeros after the point. */
    static String significant(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(Math.abs(value))));
        String text = String.format(Locale.ROOT, "%." + Math.min(digits, 9) + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** As a power of two: {@code 2^-21.3}; {@code 0} for none. */
    static String powerOfTwo(double value) {
        return value > 0 ? String.format(Locale.ROOT, "2^%.1f", Math.log(value) / Math.log(2)) : "0";
    }

    /** 2 with a raised exponent. */
    static String twoTo(int exponent) {
        StringBuilder text = new StringBuilder("2");
        for (char digit : Integer.toString(exponent).toCharArray()) {
            text.append(
                    switch (digit) {
                        case '-' -> '\u207b';
                        case '1' -> '\u00b9';
                        case '2', '3' -> (char) ('\u00b2' + (digit - '2'));
                        default -> (char) ('\u2070' + (digit - '0'));
                    });
        }
        return text.toString();
    }
}
