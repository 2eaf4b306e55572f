/** The comfortable commands of {@code bin/myelin}. Start with {@link io.myelin.cli.Main}. */
package io.myelin.cli;
