/**
 * What the job is told. In: a properties file and command-line overrides. Held: {@link org.silofold.job.config.JobConfig}, which travels with the
 * job graph and therefore names files of keys but never holds a key; {@link org.silofold.job.config.AggregatorKeys}, read from those
 * files where an operator runs. Fails with one line that names the option or the file.
 */
package org.silofold.job.config;
