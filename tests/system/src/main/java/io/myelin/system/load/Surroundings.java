package io.myelin.system.load;

/** What all clients of a load share. */
record Surroundings(
    String bootstrap, String topic, String group, Recorder recorder, Troubles troubles) {}
