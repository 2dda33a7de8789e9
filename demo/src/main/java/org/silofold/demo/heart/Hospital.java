package org.silofold.demo.heart;

import java.util.Arrays;

/** The four centres that collected the data, in the benchmark's order. */
public enum Hospital {
    CLEVELAND("cleveland", "Cleveland", "2d91a8ff69cfd9616aa47b59d6f843db"),
    HUNGARIAN("hungarian", "Budapest", "22e96bee155b5973568101c93b3705f6"),
    SWITZERLAND("switzerland", "Zurich and Basel", "9a87f7577310b3917730d06ba9349e20"),
    VA("va", "Long Beach", "4249d03ca7711e84f4444768c9426170");

    private final String id;
    private final String city;
    private final String md5;

    Hospital(String id, String city, String md5) {
        this.id = id;
        this.city = city;
        this.md5 = md5;
    }

    /** The name in the data files, in silo names and in reports, for example {@code cleveland}. */
    public String id() {
        return id;
    }

    /** Where it is, for people. */
    public String city() {
        return city;
    }

    String resource() {
        return "processed." + id + ".data";
    }

    /** The published MD5 of its file, lower-case hex. */
    String md5() {
        return md5;
    }

    /**
     * The hospital of an {@link #id()}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Hospital of(String id) {
        return Arrays.stream(values())
                .filter(hospital -> hospital.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such hospital: " + id));
    }
}
