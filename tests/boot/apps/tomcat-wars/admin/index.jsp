<%= "the office" %>
