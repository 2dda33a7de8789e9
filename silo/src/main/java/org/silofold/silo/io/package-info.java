/**
 * Files of tensors: NumPy's {@code .npy} (format 1 to 3) and {@code .safetensors}. A file becomes a list of
 * {@link org.silofold.silo.io.Tensor}s, and {@link org.silofold.silo.io.TensorFiles} lays them out as a model's flat parameters and
 * back. A file that is not what it says it is, or does not match the model's shapes, is refused by
 * {@link org.silofold.silo.io.TensorFileException} with one line that names the file and the place; nothing is half read.
 */
package org.silofold.silo.io;
