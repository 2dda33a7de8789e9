/**
 * How values cross operators and lie in state: bytes that this package defines, never Kryo or reflection. Every serializer writes a
 * version byte before each value and reads all earlier versions. In: values of the operators. Out: bytes, and back. Holds nothing. Fails
 * with {@link java.io.IOException} on bytes of a later version or that end early.
 */
package org.silofold.job.types;
