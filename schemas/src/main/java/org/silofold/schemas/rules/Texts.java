package org.silofold.schemas.rules;

/** Text for people inside signed headers: one line, bounded, without control characters. */
public final class Texts {
    private Texts() {}

    /**
     * Makes any text fit: control characters become spaces, and what is longer than {@code maxLength} characters is cut.
     *
     * @param text any text, for instance an exception's message
     * @param maxLength in characters, at least 1
     */
    public static String oneLine(String text, int maxLength) {
        int end = Math.min(text.length(), maxLength);
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder line = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            line.append(isControl(c) || isLoneSurrogate(text, i) ? ' ' : c);
        }
        return line.toString();
    }

    /** Whether the text has at most {@code maxLength} characters and is one well-formed line. */
    static boolean isOneLine(String text, int maxLength) {
        if (text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i)) || isLoneSurrogate(text, i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text has {@code minLength} to {@code maxLength} characters, all of them visible ASCII. */
    static boolean isVisible(String text, int minLength, int maxLength) {
        if (text.length() < minLength || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** Line and paragraph separators count as control characters: a terminal or a log may break the line there. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
