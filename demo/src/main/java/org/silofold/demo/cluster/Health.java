package org.silofold.demo.cluster;

/**
 * How a part is.
 *
 * @param well whether it does its work
 * @param line one line for a person
 * @param version newest model version that an agent verified, -1 for others and before there is one
 */
record Health(boolean well, String line, long version) {
    static Health well(String line) {
        return new Health(true, line, -1);
    }

    static Health unwell(String line) {
        return new Health(false, line, -1);
    }
}
