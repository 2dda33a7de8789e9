package org.silofold.demo.heart;

/**
 * What local training yields.
 *
 * @param delta trained minus base parameters, 14 values; the receiver owns the array
 * @param loss mean training loss over the steps, each before its step, in nats
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LocalUpdate(float[] delta, double loss) {
    /** The largest absolute value of the delta. */
    public float largest() {
        float largest = 0;
        for (float value : delta) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
