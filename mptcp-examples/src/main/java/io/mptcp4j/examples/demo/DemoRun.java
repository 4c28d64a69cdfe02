package io.mptcp4j.examples.demo;

/** The three runs. */
public enum DemoRun {
    /** Over one path. */
    WIFI_ALONE("Wi-Fi alone"),
    /** Over both. */
    BOTH("Wi-Fi and LTE"),
    /** Over both, until one is cut when half of the file has arrived. */
    WIFI_CUT("both, Wi-Fi cut half way");

    private final String title;

    DemoRun(String title) {
        this.title = title;
    }

    /** In words. */
    public String title() {
        return title;
    }

    boolean hasLte() {
        return this != WIFI_ALONE;
    }
}
