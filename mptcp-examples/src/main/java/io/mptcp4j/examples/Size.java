package io.mptcp4j.examples;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Octets on the command line: {@code 1000000}, {@code 512K}, {@code 24M}, {@code 1G}; the letters count by 1024. */
final class Size implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})([KMG]?)(?:IB)?");
    private static final int BITS_PER_STEP = 10;

    @Override
    public Long convert(String value) {
        Matcher matcher = FORM.matcher(value.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is not a size, such as 512K, 24M or 1G");
        }
        int steps = "KMG".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 1);
        return Long.parseLong(matcher.group(1)) << steps * BITS_PER_STEP;
    }
}
